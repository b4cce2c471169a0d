import type { World } from '../../context.ts';
import { createTask } from '../tasks/create.ts';
import type { TaskRunner } from '../tasks/runner.ts';
import { type DeploymentRecord, healthOf, isUp, type ServiceRecord, type TaskRecord } from '../state.ts';
import { newDeployment, roll } from './deployments.ts';
import { addEvent, messages } from './events.ts';
import { type Plan, planStep } from './plan.ts';
import { failedTasksToBreak, retryDelayMs } from './retry.ts';
import { isActive, isPending, tasksOf } from './tasks.ts';

/** Keeps every service at its desired count, one small step per change. */
export class ServiceScheduler implements Disposable {
  readonly #world: World;
  readonly #runner: TaskRunner;
  /** Services with a step to come. */
  readonly #due = new Set<ServiceRecord>();
  readonly #retries = new Map<ServiceRecord, Disposable>();
  /** Tasks whose end has been taken into account. */
  readonly #ended = new WeakSet<TaskRecord>();
  readonly #completing = new WeakSet<DeploymentRecord>();
  #closed = false;

  constructor(world: World, runner: TaskRunner) {
    this.#world = world;
    this.#runner = runner;
  }

  taskChanged(task: TaskRecord): void {
    const service = task.serviceName === undefined ? undefined : task.cluster.services.get(task.serviceName);
    if (!service) return;
    const deployment = service.deployments.find(({ id }) => id === task.startedBy);
    if (deployment && isUp(task)) deployment.failuresInRow = 0;
    if (deployment && task.stop && !this.#ended.has(task)) {
      this.#ended.add(task);
      this.#noteEnd(service, deployment, task);
    }
    this.schedule(service);
  }

  /** Takes a step soon; many changes at once make one step. */
  schedule(service: ServiceRecord): void {
    if (this.#closed || this.#due.has(service)) return;
    this.#due.add(service);
    queueMicrotask(() => {
      this.#due.delete(service);
      if (!this.#closed) this.#step(service);
    });
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const retry of this.#retries.values()) retry[Symbol.dispose]();
  }

  #noteEnd(service: ServiceRecord, deployment: DeploymentRecord, { id, stop, times }: TaskRecord): void {
    const { clock, transitions } = this.#world;
    if (stop?.code === 'TaskFailedToStart' || (stop?.code === 'EssentialContainerExited' && !times.startedAtMs)) {
      deployment.failedTasks++;
      deployment.failuresInRow++;
      addEvent(this.#world, service, messages.failedToLaunch(service, id, stop.reason));
      if (deployment.failuresInRow === 3) addEvent(this.#world, service, messages.throttled(service));
    } else if (stop?.code !== 'EssentialContainerExited') return;
    service.retryAtMs = clock.now() + retryDelayMs(transitions.profile, deployment.failuresInRow);
    this.#retries.get(service)?.[Symbol.dispose]();
    this.#retries.set(
      service,
      clock.after(service.retryAtMs - clock.now(), () => this.schedule(service)),
    );
  }

  #step(service: ServiceRecord): void {
    const [primary] = service.deployments;
    if (!primary || service.status === 'INACTIVE') return;
    const tasks = tasksOf(service);
    const active = tasks.filter(isActive);
    const plan = planStep({
      desiredCount: service.desiredCount,
      primaryId: primary.id,
      minimumHealthyPercent: service.configuration.minimumHealthyPercent,
      maximumPercent: service.configuration.maximumPercent,
      tasks: active.map((task) => ({
        id: task.id,
        deploymentId: task.startedBy ?? '',
        up: isUp(task),
        health: healthOf(task),
      })),
    });
    this.#break(service, primary);
    this.#stop(service, plan, active);
    this.#start(service, primary, plan.start);
    this.#settle(service, primary);
  }

  #stop(service: ServiceRecord, { stop }: Plan, active: readonly TaskRecord[]): void {
    for (const { id, why } of stop) {
      const task = active.find((candidate) => candidate.id === id);
      if (!task) continue;
      if (why === 'unhealthy') addEvent(this.#world, service, messages.unhealthy(service, id));
      const reason =
        why === 'unhealthy'
          ? 'Task failed container health checks'
          : `Scaling activity initiated by (deployment ${task.startedBy})`;
      this.#runner.stop(task, 'ServiceSchedulerInitiated', reason);
    }
    if (stop.length > 0)
      addEvent(
        this.#world,
        service,
        messages.stopped(
          service,
          stop.map(({ id }) => id),
        ),
      );
  }

  #start(service: ServiceRecord, primary: DeploymentRecord, count: number): void {
    if (count === 0 || primary.rolloutState === 'FAILED' || this.#world.clock.now() < service.retryAtMs) return;
    const tasks = Array.from({ length: count }, () => this.#create(service, primary));
    addEvent(
      this.#world,
      service,
      messages.started(
        service,
        tasks.map(({ id }) => id),
      ),
    );
    for (const task of tasks) this.#runner.start(task);
  }

  #create(service: ServiceRecord, { id, definition, placement }: DeploymentRecord): TaskRecord {
    const managed: [string, string][] = [
      ['aws:ecs:clusterName', service.cluster.name],
      ['aws:ecs:serviceName', service.name],
    ];
    const inherited = { SERVICE: service.tags, TASK_DEFINITION: definition.tags, NONE: new Map<string, string>() };
    return createTask(
      {
        cluster: service.cluster,
        definition,
        placement,
        group: `service:${service.name}`,
        startedBy: id,
        serviceName: service.name,
        enableExecuteCommand: service.enableExecuteCommand,
        tags: new Map([...inherited[service.propagateTags], ...(service.enableManagedTags ? managed : [])]),
      },
      this.#world,
    );
  }

  /** What the present tasks mean for the service's state. */
  #settle(service: ServiceRecord, primary: DeploymentRecord): void {
    const tasks = tasksOf(service);
    if (service.status === 'DRAINING' && tasks.every(({ lastStatus }) => lastStatus === 'STOPPED')) {
      service.status = 'INACTIVE';
      service.deployments = [];
      return;
    }
    const ofPrimary = tasks.filter((task) => isActive(task) && task.startedBy === primary.id);
    const reached = ofPrimary.length === service.desiredCount && ofPrimary.every(isUp);
    if (reached) {
      const alive = new Set(
        tasks.filter((task) => isPending(task) || task.lastStatus === 'RUNNING').map(({ startedBy }) => startedBy),
      );
      service.deployments = service.deployments.filter(
        (deployment) => deployment === primary || alive.has(deployment.id),
      );
    }
    const steady = reached && service.deployments.length === 1;
    if (steady && !service.steady && service.status === 'ACTIVE') {
      addEvent(this.#world, service, messages.steady(service));
      this.#complete(service, primary);
    }
    service.steady = steady;
  }

  #complete(service: ServiceRecord, deployment: DeploymentRecord): void {
    if (deployment.rolloutState !== 'IN_PROGRESS' || this.#completing.has(deployment)) return;
    this.#completing.add(deployment);
    this.#world.transitions.follow('ecs-deployment', 'IN_PROGRESS', () => {
      this.#completing.delete(deployment);
      if (!service.steady || service.deployments[0] !== deployment) {
        service.steady = false;
        this.schedule(service);
        return undefined;
      }
      service.lastCompleted = deployment;
      deployment.rolloutState = 'COMPLETED';
      deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
      deployment.updatedAtMs = this.#world.clock.now();
      addEvent(this.#world, service, messages.completed(service, deployment.id));
      return undefined;
    });
  }

  #break(service: ServiceRecord, primary: DeploymentRecord): void {
    if (!service.configuration.circuitBreaker || primary.rolloutState !== 'IN_PROGRESS') return;
    if (primary.failedTasks < failedTasksToBreak(service.desiredCount)) return;
    primary.rolloutState = 'FAILED';
    primary.rolloutStateReason = `ECS deployment circuit breaker: tasks failed to start.`;
    primary.updatedAtMs = this.#world.clock.now();
    addEvent(this.#world, service, messages.failed(service, primary.id));
    const { lastCompleted, configuration } = service;
    if (configuration.rollback && lastCompleted) this.#rollBack(service, primary, lastCompleted);
  }

  #rollBack(
    service: ServiceRecord,
    failed: DeploymentRecord,
    { definition, placement }: Pick<DeploymentRecord, 'definition' | 'placement'>,
  ): void {
    const next = newDeployment(this.#world, definition, placement);
    next.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${next.id}.`;
    failed.rolloutStateReason = next.rolloutStateReason;
    addEvent(this.#world, service, messages.rollingBack(service, next.id));
    roll(this.#world, service, next);
    this.schedule(service);
  }
}

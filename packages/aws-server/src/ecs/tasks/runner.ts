import type { TaskStopCode } from '@aws-sdk/client-ecs';
import { type ContainerState, messageOf, type WorkloadObserver } from '@meshbed/core';
import type { NetworkInterface } from '@meshbed/fabric';
import type { World } from '../../context.ts';
import { ecsArn } from '../arns.ts';
import { type ContainerRecord, essential, type TaskRecord, type TaskStatus } from '../state.ts';
import { credentialsEndpoint } from './credentials.ts';
import { agentProblem } from './exec-agent.ts';
import { stopReasons, TaskFailure } from './failure.ts';
import { type LineSink, openLog } from './logging.ts';
import { assumeRole, roleOf } from './roles.ts';
import { workloadOf } from './workload.ts';

const defaultStopSeconds = 30;
/** How long a container waits for those it depends on. */
const defaultStartSeconds = 180;
const executionSessionMs = 6 * 3_600_000;

/** Reasons of a container that never ran, as opposed to one that ended. */
const neverRan = /^(Cannot(Pull|Start|Create)Container|ResourceInitialization)Error$/;

/** One task on its way: what may wake it up. */
interface Run {
  /** Aborted when the task is told to stop. */
  stopping: AbortController;
  /** Called on every change of a container. */
  wake: () => void;
  done: Promise<void>;
}

/** Takes tasks from PROVISIONING to STOPPED. */
export class TaskRunner implements AsyncDisposable {
  readonly #world: World;
  readonly #runs = new Map<TaskRecord, Run>();
  readonly #changed: (task: TaskRecord) => void;

  /** `changed` hears of every change of a task, after it happened. */
  constructor(world: World, changed: (task: TaskRecord) => void) {
    this.#world = world;
    this.#changed = changed;
  }

  start(task: TaskRecord): void {
    const run: Run = { stopping: new AbortController(), wake: () => undefined, done: Promise.resolve() };
    this.#runs.set(task, run);
    run.done = this.#run(task, run).finally(() => this.#runs.delete(task));
  }

  /** The first reason given stays. */
  stop(task: TaskRecord, code: TaskStopCode, reason: string): void {
    if (task.desiredStatus === 'STOPPED') return;
    task.desiredStatus = 'STOPPED';
    task.stop = { code, reason };
    task.times.stoppingAtMs = this.#world.clock.now();
    this.#runs.get(task)?.stopping.abort(new TaskFailure(reason));
    this.#tell(task);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const runs = [...this.#runs];
    for (const [task] of runs) this.stop(task, 'UserInitiated', 'The sandbox ends.');
    await Promise.all(runs.map(async ([task]) => task.workload?.stop(0)));
  }

  async #run(task: TaskRecord, run: Run): Promise<void> {
    try {
      await this.#boot(task, run);
      await aborted(run.stopping.signal);
    } catch (error) {
      this.stop(task, 'TaskFailedToStart', reasonOf(error));
      if (!(error instanceof TaskFailure))
        this.#world.log.write('ecs', 'bug', { task: task.arn, error: messageOf(error) });
    }
    await this.#shutDown(task);
  }

  async #boot(task: TaskRecord, run: Run): Promise<void> {
    const { signal } = run.stopping;
    await this.#pass(task, 'PENDING', signal);
    const eni = this.#attach(task);
    const executionRole = this.#executionRole(task);
    const credentials = this.#taskRole(task);
    const sinks = new Map(
      task.containers.map((container) => [container.name, openLog(this.#world, task, { container, executionRole })]),
    );
    await this.#pull(task, eni, signal);
    task.workload = this.#world.runtime.start(workloadOf(task, eni, credentials), this.#observer(task, run, sinks));
    await this.#allStarted(task, run);
    this.#enter(task, 'ACTIVATING');
    await this.#pass(task, 'RUNNING', signal);
    task.times.startedAtMs = this.#world.clock.now();
    this.#tell(task);
    if (task.enableExecuteCommand) this.connectAgent(task);
  }

  #attach(task: TaskRecord): NetworkInterface {
    const { subnets, securityGroups, assignPublicIp } = task.placement;
    const { ids, fabric } = this.#world;
    const subnetId = subnets[ids.integer(subnets.length)] ?? '';
    try {
      task.eni = fabric.createInterface({
        subnetId,
        groupIds: securityGroups,
        ownerId: task.cluster.account,
        region: task.cluster.region,
        description: ecsArn(task.cluster, `attachment/${task.attachmentId}`),
        requesterManaged: true,
        withPublicIp: assignPublicIp === 'ENABLED',
      });
    } catch (error) {
      throw new TaskFailure(stopReasons.noAddress(subnetId, messageOf(error)));
    }
    task.zone = fabric.subnets.get(task.eni.subnetId)?.zone;
    task.eni.attachment = { id: `eni-attach-${ids.hex(17)}`, ownerId: 'amazon-ecs' };
    task.times.connectivityAtMs = this.#world.clock.now();
    this.#tell(task);
    return task.eni;
  }

  #executionRole(task: TaskRecord) {
    const role = roleOf(task, 'executionRoleArn');
    return role === undefined ? undefined : assumeRole(this.#world, task, role, executionSessionMs);
  }

  #taskRole(task: TaskRecord) {
    const role = roleOf(task, 'taskRoleArn');
    if (role === undefined) return undefined;
    const { clock, ids } = this.#world;
    return credentialsEndpoint({
      clock,
      ids,
      roleArn: role,
      issue: (ttlMs) => assumeRole(this.#world, task, role, ttlMs),
    });
  }

  async #pull(task: TaskRecord, eni: NetworkInterface, signal: AbortSignal): Promise<void> {
    const { clock, images, transitions } = this.#world;
    task.times.pullStartedAtMs = clock.now();
    for (const { definition } of task.containers) {
      const problem = images.pullProblem(definition.image ?? '', { eniId: eni.id, ip: eni.ips[0] ?? '' });
      if (problem !== undefined) throw new TaskFailure(stopReasons.cannotPull(problem));
    }
    await transitions.wait('ecs-task', 'PENDING', signal);
    task.times.pullStoppedAtMs = clock.now();
  }

  #observer(task: TaskRecord, run: Run, sinks: ReadonlyMap<string, LineSink>): WorkloadObserver {
    return {
      log: (container, line) => sinks.get(container)?.(line),
      containerChanged: (name, state) => {
        this.#note(task, name, state);
        run.wake();
        this.#tell(task);
      },
    };
  }

  #note(task: TaskRecord, name: string, state: ContainerState): void {
    const container = task.containers.find((candidate) => candidate.name === name);
    if (!container) return;
    if (state.phase === 'running') {
      container.lastStatus = 'RUNNING';
      container.health = state.health;
    }
    if (state.phase !== 'exited') return;
    container.lastStatus = 'STOPPED';
    const failed = neverRan.test(state.reason);
    if (failed) container.reason = `${state.reason}: ${state.message}`;
    else container.exitCode = state.exitCode;
    task.times.executionStoppedAtMs ??= this.#world.clock.now();
    if (failed) this.stop(task, 'TaskFailedToStart', container.reason ?? state.reason);
    else if (essential(container)) this.stop(task, 'EssentialContainerExited', stopReasons.essentialExited);
  }

  /** A container that is not essential may have ended already; one that waits too long for another gives up. */
  async #allStarted(task: TaskRecord, run: Run): Promise<void> {
    const { signal } = run.stopping;
    const deadlines = task.containers.map((container) => this.#startDeadline(task, container));
    await new Promise<void>((resolve) => {
      run.wake = () => {
        if (task.containers.every(({ lastStatus }) => lastStatus !== 'PENDING')) resolve();
      };
      signal.addEventListener('abort', () => resolve(), { once: true });
      run.wake();
    });
    for (const deadline of deadlines) deadline[Symbol.dispose]();
    signal.throwIfAborted();
  }

  #startDeadline(task: TaskRecord, { name, definition }: ContainerRecord): Disposable {
    const seconds = definition.startTimeout ?? defaultStartSeconds;
    return this.#world.clock.after(seconds * 1000, () => {
      if (task.containers.find((container) => container.name === name)?.lastStatus !== 'PENDING') return;
      this.stop(task, 'TaskFailedToStart', stopReasons.dependencyTimeout(name, seconds));
    });
  }

  /** Starts the agent behind ECS Exec, or notes why it can't connect. */
  connectAgent(task: TaskRecord): void {
    const problem = agentProblem(this.#world, task);
    if (problem !== undefined) {
      task.agent.reason = problem;
      return;
    }
    delete task.agent.reason;
    this.#world.transitions.follow('ecs-exec-agent', 'PENDING', () => {
      if (task.desiredStatus === 'STOPPED') return undefined;
      task.agent = { status: 'RUNNING', startedAtMs: this.#world.clock.now() };
      this.#tell(task);
      return undefined;
    });
  }

  async #shutDown(task: TaskRecord): Promise<void> {
    const { clock, transitions } = this.#world;
    if (task.times.startedAtMs !== undefined) {
      this.#enter(task, 'DEACTIVATING');
      await this.#pass(task, 'STOPPING');
    }
    task.agent.status = 'STOPPED';
    const graceSeconds = Math.max(
      ...task.containers.map(({ definition }) => definition.stopTimeout ?? defaultStopSeconds),
    );
    await task.workload?.stop(graceSeconds * 1000);
    for (const container of task.containers) container.lastStatus = 'STOPPED';
    task.times.executionStoppedAtMs ??= clock.now();
    this.#enter(task, 'DEPROVISIONING');
    await this.#pass(task, 'STOPPED');
    task.times.stoppedAtMs = clock.now();
    this.#tell(task);
    await transitions.wait('ecs-task-interface', 'in-use');
    if (task.eni) this.#world.fabric.deleteInterface(task.eni.id);
  }

  /** Waits as long as the task stays in its present status, then enters `next`. */
  async #pass(task: TaskRecord, next: TaskStatus, signal?: AbortSignal): Promise<void> {
    await this.#world.transitions.wait('ecs-task', task.lastStatus, signal);
    this.#enter(task, next);
  }

  #enter(task: TaskRecord, status: TaskStatus): void {
    task.lastStatus = status;
    this.#world.log.write('ecs', 'task', { task: task.arn, status, ...task.stop });
    this.#tell(task);
  }

  #tell(task: TaskRecord): void {
    task.version++;
    this.#changed(task);
  }
}

const reasonOf = (error: unknown) =>
  error instanceof TaskFailure ? error.message : `Internal error: ${messageOf(error)}`;

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

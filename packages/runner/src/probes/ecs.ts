import type { Task } from '@aws-sdk/client-ecs';
import { executeInTask } from '@meshbed/clients/exec';
import { MeshbedError } from '@meshbed/core';
import { interfaceOf, taskId, tasksOf } from '../aws/tasks.ts';
import { names } from '../configuration/index.ts';
import { serviceEntries } from '../mesh/service-entries.ts';
import { taskZtunnelTail } from '../mesh/task-log.ts';
import type { RunContext } from '../run/context.ts';
import { identityAt } from '../scenario/identity.ts';
import type { EcsClusterFacts } from '../scenario/types.ts';
import { curlScript, outcomeOf } from './outcome.ts';
import type { Caller, Destination } from './workload.ts';

const execTimeoutMs = 60_000;

/** @throws MeshbedError `cloud/caller-missing` when no task of the shell service runs. */
export async function ecsCaller(run: RunContext, facts: EcsClusterFacts): Promise<Caller> {
  const aws = run.accountOf(facts);
  const cluster = names.ecsCluster(run.configuration.clusterName, facts.number);
  const [task] = await runningTasks(run, facts, names.shellService);
  if (!task) {
    throw new MeshbedError(
      'cloud/caller-missing',
      `the calling task of ${cluster}/${names.shellService} is not running`,
      {
        next: `aws ecs describe-services --cluster ${cluster} --services ${names.shellService}`,
      },
    );
  }
  return {
    name: `ECS task ${cluster}/${names.shellService}/${taskId(task)}`,
    identity: identityAt(run.scenario, { ecs: facts.number }, run.configuration.clusterName),
    path: `ecs/${cluster}/${names.shellService}`,
    async request(url, maxSeconds) {
      const place = { cluster, task: task.taskArn ?? '', container: 'shell' };
      const timing = { clock: run.clock, timeoutMs: execTimeoutMs, signal: run.signal };
      const { exitCode, output } = await executeInTask(aws.ecs, {
        ...place,
        ...timing,
        script: curlScript(url, { maxSeconds }),
      });
      return outcomeOf(exitCode, output);
    },
  };
}

export function ecsDestination(run: RunContext, facts: EcsClusterFacts): Destination {
  const aws = run.accountOf(facts);
  const cluster = names.ecsCluster(run.configuration.clusterName, facts.number);
  const host = `${names.echoService}.${cluster}.${facts.domain}`;
  const tasks = () => runningTasks(run, facts, names.echoService);
  return {
    host,
    port: 8080,
    identity: identityAt(run.scenario, { ecs: facts.number }, run.configuration.clusterName),
    async address() {
      const entry = (await serviceEntries(run, cluster)).find(({ hosts }) => hosts.includes(host));
      return entry?.addresses[0];
    },
    async watch() {
      const running = await tasks();
      const tails = await Promise.all(running.map((task) => taskZtunnelTail(aws, task)));
      return {
        workloads: running.map((task) => ({
          name: `task ${cluster}/${names.echoService}/${taskId(task)}`,
          hostnames: hostnamesOf(task),
          ip: interfaceOf(task).ip ?? '',
        })),
        added: async () => (await Promise.all(tails.map((tail) => tail.added()))).flat(),
      };
    },
  };
}

async function runningTasks(run: RunContext, facts: EcsClusterFacts, service: string): Promise<Task[]> {
  const cluster = names.ecsCluster(run.configuration.clusterName, facts.number);
  const tasks = await tasksOf(run.accountOf(facts).ecs, { cluster, service }, 'RUNNING');
  return tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
}

/** Fargate names a container's host after the private address of the task. */
function hostnamesOf(task: Task): string[] {
  const { ip = '', hostname } = interfaceOf(task);
  const runtimeIds = (task.containers ?? []).flatMap((container) => container.runtimeId ?? []);
  return [`ip-${ip.replaceAll('.', '-')}`, ...(hostname === undefined ? [] : [hostname]), taskId(task), ...runtimeIds];
}

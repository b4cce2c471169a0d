import { DescribeClustersCommand, paginateListServices } from '@aws-sdk/client-ecs';
import { executeInTask } from '@meshbed/clients/exec';
import { MeshbedError } from '@meshbed/core';
import type { AwsClients } from '@meshbed/clients/aws';
import { taskId, tasksOf } from '../aws/tasks.ts';
import { allOf } from '../cleanup/kinds/pages.ts';
import { names } from '../configuration/names.ts';
import { ownerOf } from '../explain/mesh/workloads.ts';
import type { Pod } from '../explain/facts/objects.ts';
import type { CloudContext, ClusterName } from '../run/context.ts';
import type { AccountName } from '../scenario/types.ts';

/** Where a call is made from. */
export interface Origin {
  /** For people: `ECS task ecs-…-1/shell-task/0a1b…` */
  name: string;
  /** As explain calls it: `ecs/CLUSTER/SERVICE`, `eks/NAMESPACE/NAME`, `aks/NAMESPACE/NAME`. */
  path: string;
  /** Runs a script by `sh -c`. */
  run(script: string): Promise<{ exitCode: number; output: string }>;
}

type Open = (context: CloudContext, path: readonly string[]) => Promise<Origin>;

/** First part of the name → how to get there, and how it is written. */
const origins: Readonly<Record<string, { open: Open; forms: string }>> = {
  eks: { open: podOf('eks'), forms: 'eks/NAME, eks/NAMESPACE/NAME' },
  ecs: { open: openTask, forms: 'ecs/NUMBER/SERVICE, ecs/CLUSTER/SERVICE' },
  aks: { open: podOf('aks'), forms: 'aks/NAME, aks/NAMESPACE/NAME' },
};

/** @throws MeshbedError `user/unknown-caller`, `cloud/caller-missing` */
export async function openOrigin(context: CloudContext, text: string): Promise<Origin> {
  const [kind = '', ...path] = text.split('/');
  const found = origins[kind];
  if (found && path.length > 0 && path.length <= 2 && !path.includes('')) return found.open(context, path);
  const forms = Object.values(origins).map((each) => each.forms);
  throw unknown(text, `write it as ${forms.join(', ')}`);
}

const execTimeoutMs = 60_000;

async function openTask(context: CloudContext, path: readonly string[]): Promise<Origin> {
  const [place = '', service = ''] = path.length === 1 ? [path[0], names.shellService] : path;
  const cluster = /^\d+$/.test(place) ? names.ecsCluster(context.configuration.clusterName, Number(place)) : place;
  const aws = await accountOfCluster(context, cluster);
  if (!aws) throw unknown(`ecs/${path.join('/')}`, `there is no ECS cluster ${cluster}`);
  const listed = await allOf(paginateListServices({ client: aws.ecs }, { cluster }), ({ serviceArns }) => serviceArns);
  const services = listed.map((arn) => arn.split('/').at(-1) ?? '');
  if (!services.includes(service)) {
    throw unknown(`ecs/${path.join('/')}`, `${cluster} has the services ${services.join(', ') || '(none)'}`);
  }
  const running = await tasksOf(aws.ecs, { cluster, service }, 'RUNNING');
  const task = running.find(({ lastStatus }) => lastStatus === 'RUNNING');
  if (!task)
    throw notRunning(`${cluster}/${service}`, `aws ecs describe-services --cluster ${cluster} --services ${service}`);
  const container = task.containers?.find(({ name }) => name !== 'ztunnel')?.name ?? '';
  return {
    name: `ECS task ${cluster}/${service}/${taskId(task)}`,
    path: `ecs/${cluster}/${service}`,
    run: (script) => {
      const { clock, signal } = context;
      const where = { cluster, task: task.taskArn ?? '', container };
      return executeInTask(aws.ecs, { ...where, script, clock, signal, timeoutMs: execTimeoutMs });
    },
  };
}

/** The account in which an ECS cluster of this name is active. */
export async function accountOfCluster(context: CloudContext, cluster: string): Promise<AwsClients | undefined> {
  const all = (Object.keys(context.target.accounts) as AccountName[]).map((name) => context.aws(name));
  const active = await Promise.all(
    all.map(async ({ ecs }) => {
      const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [cluster] }));
      return clusters.some(({ status }) => status === 'ACTIVE');
    }),
  );
  return all[active.indexOf(true)];
}

function podOf(cluster: ClusterName): Open {
  return async (context, path) => openPod(context, cluster, path);
}

async function openPod(context: CloudContext, cluster: ClusterName, path: readonly string[]): Promise<Origin> {
  const [name = '', namespace = names.namespaces[cluster]] = path.toReversed();
  const kube = await context.kube(cluster);
  const pods = (await kube.list('v1', 'Pod', { namespace })) as unknown as Pod[];
  // `eks/shell` is short for the Deployment eks-shell.
  const named = [name, `${cluster}-${name}`]
    .map((wanted) => pods.filter((pod) => [ownerOf(pod), pod.metadata.name].includes(wanted)))
    .find((found) => found.length > 0);
  if (!named) {
    const known = [...new Set(pods.map(ownerOf))].map((owner) => `${cluster}/${namespace}/${owner}`);
    throw unknown(
      `${cluster}/${path.join('/')}`,
      known.length === 0 ? `no pod is in ${namespace}` : `choose one of: ${known.join(', ')}`,
    );
  }
  const pod = named.find(({ status }) => status?.phase === 'Running');
  if (!pod) throw notRunning(`pod of ${name}`, `kubectl get pods -n ${namespace}`);
  const place = { namespace, pod: pod.metadata.name, container: containerOf(pod) };
  return {
    name: `${cluster.toUpperCase()} pod ${namespace}/${pod.metadata.name}`,
    path: `${cluster}/${namespace}/${ownerOf(pod)}`,
    async run(script) {
      const { exitCode, stdout } = await kube.exec({ ...place, command: ['sh', '-c', script], signal: context.signal });
      return { exitCode, output: stdout };
    },
  };
}

const containerOf = ({ spec: { containers = [] } }: Pod) =>
  (containers as readonly { name?: string }[]).find(({ name }) => name !== 'istio-proxy')?.name ?? '';

const unknown = (text: string, why: string) =>
  new MeshbedError('user/unknown-caller', `no caller ${text}: ${why}`, {
    next: 'see who can call: meshbed explain',
  });

const notRunning = (what: string, next: string) =>
  new MeshbedError('cloud/caller-missing', `${what} is not running`, { object: what, next });

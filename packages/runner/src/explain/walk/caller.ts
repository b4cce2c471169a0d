import { MeshbedError } from '@meshbed/core';
import { names } from '../../configuration/names.ts';
import { namespaceOf } from '../facts/objects.ts';
import type { EcsCluster, EcsService, Facts } from '../facts/types.ts';
import { type Mesh, ownerOf, pathOf, taskWorkload, type Workload } from '../mesh/index.ts';

/** Who calls. A service without a running task is one, too: the answer says why it has none. */
export interface Caller {
  /** As it was asked for. */
  text: string;
  workload: Workload | undefined;
  service?: EcsService;
}

/**
 * `eks/shell`, `eks/NAMESPACE/DEPLOYMENT-OR-POD`, `ecs/1/shell-task`, `ecs/CLUSTER/SERVICE`.
 * @throws MeshbedError `user/unknown-caller`
 */
export function resolveCaller(mesh: Mesh, text: string): Caller {
  const [kind, ...path] = text.split('/');
  if (kind === 'eks' && (path.length === 1 || path.length === 2)) return podCaller(mesh, text, path);
  if (kind === 'ecs' && path.length === 2) return taskCaller(mesh, text, path);
  throw unknown(text, 'write it as eks/NAME, eks/NAMESPACE/NAME or ecs/NUMBER/SERVICE', mesh);
}

function podCaller(mesh: Mesh, text: string, path: readonly string[]): Caller {
  const [name = '', namespace = 'default'] = path.toReversed();
  const pods = mesh.facts.mesh.pods.filter((pod) => namespaceOf(pod) === namespace);
  // `eks/shell` is short for the Deployment eks-shell.
  const pod = [name, `eks-${name}`]
    .map((wanted) => pods.find((each) => [ownerOf(each), each.metadata.name].includes(wanted)))
    .find((found) => found !== undefined);
  if (!pod) throw unknown(text, `there is no pod of ${name} in namespace ${namespace}`, mesh);
  const workload = mesh.workloads.find(({ object }) => object === `Pod ${namespace}/${pod.metadata.name}`);
  return { text, workload };
}

function taskCaller(mesh: Mesh, text: string, [cluster = '', name = '']: readonly string[]): Caller {
  const service = ecsService(mesh.facts, cluster, name);
  if (!service) throw unknown(text, `there is no ECS service ${name} in a cluster ${cluster}`, mesh);
  const task = service.tasks.find(({ status }) => status === 'RUNNING') ?? service.tasks[0];
  return { text, service, workload: task && taskWorkload(mesh.facts.mesh, service, task) };
}

/** By its name, or by the number at the end of the workshop's names. */
export function ecsCluster({ ecs, mesh }: Facts, text: string): EcsCluster | undefined {
  return (
    ecs.find(({ name }) => name === text) ??
    (/^\d+$/.test(text) ? ecs.find(({ name }) => name === names.ecsCluster(mesh.cluster, Number(text))) : undefined)
  );
}

export function ecsService(facts: Facts, cluster: string, name: string): EcsService | undefined {
  return ecsCluster(facts, cluster)?.services.find((service) => service.name === name);
}

const system = new Set(['kube-system', 'istio-system', 'istio-eastwest']);

/** Every workload that may call: Deployments outside the system's namespaces, and ECS services. */
export function callersOf({ workloads, facts }: Mesh): string[] {
  const pods = workloads.filter(({ kind, namespace }) => kind === 'pod' && !system.has(namespace));
  const services = facts.ecs.flatMap((cluster) => cluster.services.map(pathOf));
  return [...new Set([...pods.map(({ path }) => path), ...services])];
}

const unknown = (text: string, why: string, mesh: Mesh) =>
  new MeshbedError('user/unknown-caller', `no caller ${text}: ${why}`, {
    next: `choose one of: ${callersOf(mesh).join(', ')}`,
  });

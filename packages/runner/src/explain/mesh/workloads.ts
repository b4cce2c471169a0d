/** What runs: pods, ECS tasks and whatever else WorkloadEntries stand for. */
import { type Labels, namespaceOf, type Pod, type WorkloadEntry } from '../facts/objects.ts';
import type { EcsService, EcsTask, Facts, MeshFacts } from '../facts/types.ts';

export interface Workload {
  kind: 'pod' | 'task' | 'entry';
  /** For people: `pod default/eks-shell-…`, `task ecs-…-1/echo-service/0f…`. */
  name: string;
  /** `eks/default/eks-shell`, `ecs/ecs-…-1/echo-service`: how explain's flags name all workloads of its kind. */
  path: string;
  /** The object that says so: `Pod ns/name`, `WorkloadEntry ns/name`. */
  object: string;
  /** Account that it runs in. */
  account: string;
  namespace: string;
  serviceAccount: string;
  /** SPIFFE identity that it is to have. */
  identity: string;
  ip: string;
  labels: Labels;
  /** Its traffic goes through a ztunnel: others reach it by HBONE. */
  enrolled: boolean;
  ready: boolean;
  /** Container port names → port. */
  namedPorts: Readonly<Record<string, number>>;
  /** Names of service ports → its own port for them. */
  portOverrides: Readonly<Record<string, number>>;
  /** Set for a task. */
  task?: EcsTask;
  service?: EcsService;
}

const redirection = 'ambient.istio.io/redirection';
const tunnelLabel = 'networking.istio.io/tunnel';
export const arnAnnotation = 'ecs.solo.io/arn';

export const tagNames = {
  hostname: 'ecs.solo.io/hostname',
  namespace: 'ecs.solo.io/namespace',
  serviceAccount: 'ecs.solo.io/service-account',
} as const;

export const spiffeOf = ({ trustDomain }: MeshFacts, namespace: string, serviceAccount: string): string =>
  `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

/** All that the proxies know: pods with an address, and WorkloadEntries. */
export function workloadsOf(facts: Facts): Workload[] {
  const { mesh, ecs } = facts;
  const tasks = new Map(
    ecs.flatMap(({ services }) =>
      services.flatMap((service) => service.tasks.map((task) => [task.arn, { task, service }] as const)),
    ),
  );
  return [
    ...mesh.pods.filter(isAlive).map((pod) => podWorkload(pod, mesh)),
    ...mesh.workloadEntries.map((entry) => entryWorkload(entry, mesh, tasks)),
  ];
}

const isAlive = ({ status }: Pod) =>
  status?.podIP !== undefined && status.phase !== 'Succeeded' && status.phase !== 'Failed';

function podWorkload(pod: Pod, mesh: MeshFacts): Workload {
  const { metadata, spec, status } = pod;
  const namespace = namespaceOf(pod);
  const serviceAccount = spec.serviceAccountName ?? 'default';
  return {
    kind: 'pod',
    name: `pod ${namespace}/${metadata.name}`,
    path: `eks/${namespace}/${ownerOf(pod)}`,
    object: `Pod ${namespace}/${metadata.name}`,
    account: mesh.account,
    namespace,
    serviceAccount,
    identity: spiffeOf(mesh, namespace, serviceAccount),
    ip: status?.podIP ?? '',
    labels: metadata.labels ?? {},
    enrolled: metadata.annotations?.[redirection] === 'enabled' || isNative(metadata.labels),
    ready: status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True',
    namedPorts: containerPorts(pod),
    portOverrides: {},
  };
}

const isNative = (labels: Labels = {}) => (labels[tunnelLabel] ?? '').split(',').includes('http');

/** A Deployment's name is its ReplicaSet's without the hash. */
export function ownerOf({ metadata }: Pod): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return metadata.name;
  const hash = metadata.labels?.['pod-template-hash'];
  return hash !== undefined && owner.name.endsWith(`-${hash}`) ? owner.name.slice(0, -hash.length - 1) : owner.name;
}

const containerPorts = ({ spec: { containers = [] } }: Pod): Record<string, number> =>
  Object.fromEntries(
    containers.flatMap(({ ports = [] }) =>
      ports.flatMap(({ name, containerPort }) => (name === undefined ? [] : [[name, containerPort] as const])),
    ),
  );

function entryWorkload(
  entry: WorkloadEntry,
  mesh: MeshFacts,
  tasks: ReadonlyMap<string, { task: EcsTask; service: EcsService }>,
): Workload {
  const { metadata, spec } = entry;
  const namespace = namespaceOf(entry);
  const arn = metadata.annotations?.[arnAnnotation] ?? '';
  const serviceAccount = spec.serviceAccount ?? 'default';
  const labels = { ...spec.labels, ...metadata.labels };
  return {
    kind: 'entry',
    name: `workload entry ${namespace}/${metadata.name}`,
    path: `entry/${namespace}/${metadata.name}`,
    object: `WorkloadEntry ${namespace}/${metadata.name}`,
    account: arn.split(':')[4] ?? mesh.account,
    namespace,
    serviceAccount,
    identity: spiffeOf(mesh, namespace, serviceAccount),
    ip: spec.address ?? '',
    labels,
    enrolled: metadata.annotations?.[redirection] === 'enabled' || isNative(labels),
    ready: true,
    namedPorts: {},
    portOverrides: spec.ports ?? {},
    ...taskParts(tasks.get(arn)),
  };
}

function taskParts(found: { task: EcsTask; service: EcsService } | undefined) {
  if (!found) return {};
  const { task, service } = found;
  return { kind: 'task' as const, name: taskName(service, task), path: pathOf(service), task, service };
}

export const taskName = ({ cluster, name }: EcsService, { id }: EcsTask): string => `task ${cluster}/${name}/${id}`;
export const pathOf = ({ cluster, name }: EcsService): string => `ecs/${cluster}/${name}`;

/** A task as what it would be in the mesh, whether istiod knows it or not. */
export function taskWorkload(mesh: MeshFacts, service: EcsService, task: EcsTask): Workload {
  const namespace = service.tags[tagNames.namespace] ?? mesh.rootNamespace;
  const serviceAccount = service.tags[tagNames.serviceAccount] ?? 'default';
  return {
    kind: 'task',
    name: taskName(service, task),
    path: pathOf(service),
    object: task.arn,
    account: service.account,
    namespace,
    serviceAccount,
    identity: spiffeOf(mesh, namespace, serviceAccount),
    ip: task.ip ?? '',
    labels: {},
    enrolled: task.ztunnel === 'HEALTHY',
    ready: task.status === 'RUNNING',
    namedPorts: {},
    portOverrides: {},
    task,
    service,
  };
}

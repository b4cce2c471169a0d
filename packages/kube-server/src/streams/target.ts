import type { RunningWorkload } from '@meshbed/core';
import { type ContainerRecord, kubeletOf } from '../kubelet/index.ts';
import type { Pod } from '../objects/index.ts';
import type { SubresourceRequest } from '../server/subresource.ts';
import { ApiError } from '../store/index.ts';

/** The container that a request means: the named one, or the only one. */
export function targetContainer({ cluster, object, query }: SubresourceRequest): ContainerRecord {
  const pod = object as Pod;
  const { name: podName } = pod.metadata;
  const name = query.get('container') ?? onlyContainer(pod);
  const known = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].some(
    (container) => container.name === name,
  );
  if (!known) throw new ApiError('BadRequest', `container ${name} is not valid for pod ${podName}`);
  const record = kubeletOf(cluster)
    ?.worker(pod)
    ?.records.find(({ spec }) => spec.name === name);
  if (record) return record;
  throw new ApiError('BadRequest', `container "${name}" in pod "${podName}" is waiting to start: ${waitsFor(pod)}`);
}

function onlyContainer({ metadata, spec }: Pod): string {
  const [first, second] = spec.containers;
  if (first && !second) return first.name;
  const names = spec.containers.map(({ name }) => name).join(' ');
  throw new ApiError(
    'BadRequest',
    `a container name must be specified for pod ${metadata.name}, choose one of: [${names}]`,
  );
}

const waitsFor = ({ spec }: Pod) => (spec.nodeName === undefined ? 'the pod has no node yet' : 'ContainerCreating');

/** The pod's containers at the runtime. */
export function targetWorkload({ cluster, object }: SubresourceRequest): RunningWorkload {
  const pod = object as Pod;
  const workload = kubeletOf(cluster)?.worker(pod)?.workload;
  if (workload) return workload;
  const phase = pod.status?.phase ?? 'Pending';
  throw new ApiError('BadRequest', `pod ${pod.metadata.name} does not run: its phase is ${phase}`);
}

import type { ContainerStatus, Pod } from '../objects/index.ts';
import { ageOf } from './age.ts';
import { type Column, columnsOf } from './column.ts';

const { text, wide } = columnsOf<Pod>();

const statuses = (pod: Pod): readonly ContainerStatus[] => pod.status?.containerStatuses ?? [];

export const podColumns: readonly Column<Pod>[] = [
  text('Ready', (pod) => `${statuses(pod).filter(({ ready }) => ready).length}/${pod.spec.containers.length}`),
  text('Status', podStatusText),
  text('Restarts', restarts),
  text('Age', ({ metadata }, nowMs) => ageOf(metadata.creationTimestamp, nowMs)),
  wide('IP', ({ status }) => status?.podIP ?? '<none>'),
  wide('Node', ({ spec }) => spec.nodeName ?? '<none>'),
  wide('Nominated Node', () => '<none>'),
  wide('Readiness Gates', () => '<none>'),
];

/** What `kubectl get pods` shows under STATUS: the most telling reason of its containers. */
export function podStatusText(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const initial = initializing(pod);
  if (initial !== undefined) return initial;
  const reasons = statuses(pod).flatMap((status) => reasonOf(status) ?? []);
  const isRunning = statuses(pod).some(({ state }) => state.running);
  if (reasons.length === 0) return pod.status?.reason ?? pod.status?.phase ?? 'Unknown';
  return reasons[0] === 'Completed' && isRunning ? 'Running' : (reasons[0] ?? 'Unknown');
}

function reasonOf({ state }: ContainerStatus): string | undefined {
  if (state.waiting?.reason) return state.waiting.reason;
  if (!state.terminated) return undefined;
  return state.terminated.reason || `ExitCode:${state.terminated.exitCode}`;
}

function initializing(pod: Pod): string | undefined {
  const all = pod.status?.initContainerStatuses ?? [];
  const restartable = new Set(
    (pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name),
  );
  const isDone = (status: ContainerStatus) =>
    status.state.terminated?.exitCode === 0 || (restartable.has(status.name) && status.started === true);
  const index = all.findIndex((status) => !isDone(status));
  const current = all[index];
  if (!current) return undefined;
  const reason = reasonOf(current);
  if (reason && reason !== 'PodInitializing') return `Init:${reason}`;
  return `Init:${index}/${pod.spec.initContainers?.length ?? 0}`;
}

function restarts(pod: Pod, nowMs: number): string {
  const count = statuses(pod).reduce((sum, { restartCount }) => sum + restartCount, 0);
  const ends = statuses(pod).flatMap(({ lastState }) => lastState?.terminated?.finishedAt ?? []);
  const last = ends.toSorted().at(-1);
  return count > 0 && last ? `${count} (${ageOf(last, nowMs)} ago)` : String(count);
}

import type { NetworkPlace } from '@meshbed/core';
import { withCondition } from '../controllers/conditions.ts';
import type { Condition, ContainerStateStatus, ContainerStatus, Pod, PodStatus } from '../objects/index.ts';
import { timestamp } from '../store/index.ts';
import {
  type ContainerRecord,
  hasStarted,
  isContainerReady,
  isInitialized,
  isRunning,
  shouldRestart,
} from './containers.ts';

export interface PodSnapshot {
  records: readonly ContainerRecord[];
  network: NetworkPlace | undefined;
  hostIp: string;
  startedAtMs: number;
}

/** The status that the kubelet writes; conditions of others (the scheduler's) are kept. */
export function podStatus(pod: Pod, snapshot: PodSnapshot, nowMs: number): PodStatus {
  const { records, network, hostIp, startedAtMs } = snapshot;
  const phase = phaseOf(pod, records);
  const initial = records.filter(({ role }) => role !== 'app');
  const statuses = (all: readonly ContainerRecord[]) =>
    all.map((record) => containerStatus(record, isInitialized(records)));
  return {
    ...pod.status,
    phase,
    conditions: conditionsOf(pod, snapshot, phase, timestamp(nowMs)),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(network && { podIP: network.ip, podIPs: [{ ip: network.ip }] }),
    startTime: pod.status?.startTime ?? timestamp(startedAtMs),
    ...(initial.length > 0 && { initContainerStatuses: statuses(initial) }),
    containerStatuses: statuses(records.filter(({ role }) => role === 'app')),
  };
}

/** A pod is done when no container is to run again; one failure makes it Failed. */
export function phaseOf({ spec }: Pod, records: readonly ContainerRecord[]): NonNullable<PodStatus['phase']> {
  const failedInit = records.some(
    (record) =>
      record.role === 'init' && hasExited(record) && !succeeded(record) && !shouldRestart(record, spec.restartPolicy),
  );
  if (failedInit) return 'Failed';
  if (!isInitialized(records)) return 'Pending';
  const apps = records.filter(({ role }) => role === 'app');
  if (apps.every((record) => hasExited(record) && !shouldRestart(record, spec.restartPolicy))) {
    return apps.every(succeeded) ? 'Succeeded' : 'Failed';
  }
  return apps.every(({ everStarted }) => everStarted) ? 'Running' : 'Pending';
}

const hasExited = ({ state, waiting }: ContainerRecord) => state.phase === 'exited' && waiting === undefined;
const succeeded = ({ state }: ContainerRecord) => state.phase === 'exited' && state.exitCode === 0;

function conditionsOf(pod: Pod, { records, network }: PodSnapshot, phase: string, now: string): Condition[] {
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const unready = records
    .filter((record) => !isContainerReady(record) && record.role !== 'init')
    .map(({ spec }) => spec.name);
  const initial = records
    .filter((record) => record.role !== 'app' && !isInitialized([record]))
    .map(({ spec }) => spec.name);
  const containers = finished ? finishedCondition(phase) : incomplete('ContainersNotReady', 'unready status', unready);
  const gates = (pod.spec['readinessGates'] as { conditionType: string }[] | undefined) ?? [];
  const closed = gates.filter(
    ({ conditionType }) =>
      !pod.status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  );
  const ready = closed.length > 0 && containers.status === 'True' ? gateCondition(closed) : containers;
  const all: Condition[] = [
    { type: 'PodReadyToStartContainers', status: network && !finished ? 'True' : 'False' },
    {
      type: 'Initialized',
      ...(phase === 'Succeeded'
        ? { status: 'True', reason: 'PodCompleted' }
        : incomplete('ContainersNotInitialized', 'incomplete status', initial)),
    },
    { type: 'Ready', ...ready },
    { type: 'ContainersReady', ...containers },
  ];
  return all.reduce(
    (conditions, condition) => withCondition(conditions, { lastProbeTime: null, ...condition }, now),
    pod.status?.conditions ?? [],
  );
}

type Verdict = Omit<Condition, 'type'>;

function incomplete(reason: string, what: string, names: readonly string[]): Verdict {
  return names.length === 0
    ? { status: 'True' }
    : { status: 'False', reason, message: `containers with ${what}: [${names.join(' ')}]` };
}

function finishedCondition(phase: string): Verdict {
  return { status: 'False', reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' };
}

function gateCondition(closed: readonly { conditionType: string }[]): Verdict {
  const message = closed
    .map(({ conditionType }) => `corresponding condition of pod readiness gate "${conditionType}" does not exist.`)
    .join(', ');
  return { status: 'False', reason: 'ReadinessGatesNotReady', message };
}

function containerStatus(record: ContainerRecord, initialized: boolean): ContainerStatus {
  const { spec, id, restartCount, lastTermination, role } = record;
  return {
    name: spec.name,
    image: spec.image,
    imageID: record.everStarted ? spec.image : '',
    ...(id !== undefined && { containerID: id }),
    ready: isContainerReady(record),
    started: hasStarted(record),
    restartCount,
    state: stateOf(record, role === 'app' && !initialized),
    lastState:
      lastTermination && (record.waiting !== undefined || isRunning(record)) ? { terminated: lastTermination } : {},
  };
}

function stateOf(record: ContainerRecord, awaitsInit: boolean): ContainerStateStatus {
  const { state, waiting } = record;
  if (waiting) return { waiting: waiting.message === '' ? { reason: waiting.reason } : waiting };
  if (state.phase === 'running') return { running: { startedAt: timestamp(state.startedAtMs) } };
  if (state.phase === 'exited' && record.lastTermination) return { terminated: record.lastTermination };
  return { waiting: { reason: awaitsInit ? 'PodInitializing' : 'ContainerCreating' } };
}

/** How a run ended, in the kubelet's terms. */
export function termination(
  record: ContainerRecord,
  state: Extract<ContainerRecord['state'], { phase: 'exited' }>,
): NonNullable<ContainerStateStatus['terminated']> {
  const { exitCode, message, finishedAtMs } = state;
  const startedAt = timestamp(record.startedAtMs ?? finishedAtMs);
  return {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : /OutOfMemory/i.test(state.reason) ? 'OOMKilled' : 'Error',
    ...(message !== '' && { message }),
    startedAt,
    finishedAt: timestamp(finishedAtMs),
    ...(record.id !== undefined && { containerID: record.id }),
  };
}

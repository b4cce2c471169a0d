import { PassThrough } from 'node:stream';
import type { ContainerState } from '@meshbed/core';
import type { Container, ContainerStateStatus, Pod } from '../objects/index.ts';
import { PullBackoff, RestartBackoff } from './backoff.ts';
import { ContainerLog } from './logs.ts';
import { isSidecar } from './specification.ts';

export type ContainerRole = 'init' | 'sidecar' | 'app';

/** What the kubelet knows of one container of a pod. */
export interface ContainerRecord {
  readonly spec: Container;
  readonly role: ContainerRole;
  readonly restartBackoff: RestartBackoff;
  readonly pullBackoff: PullBackoff;
  state: ContainerState;
  /** Why it is not running although it should be: CrashLoopBackOff, ImagePullBackOff, … */
  waiting: { reason: string; message: string } | undefined;
  lastTermination: ContainerStateStatus['terminated'] | undefined;
  /** Of the last run; undefined while a new one has not begun. */
  startedAtMs: number | undefined;
  everStarted: boolean;
  restartCount: number;
  /** When the next start is due; undefined while none is planned. */
  startAtMs: number | undefined;
  /** When the last pull failed; undefined once that shows as ImagePullBackOff. */
  pullFailedAtMs: number | undefined;
  id: string | undefined;
  log: ContainerLog;
  /** Its standard input, when its pod asks for one; attached clients write to it. */
  readonly input: PassThrough | undefined;
  previousLog: ContainerLog | undefined;
}

export function containerRecords({ spec }: Pod): ContainerRecord[] {
  const initial = (spec.initContainers ?? []).map((container) =>
    newRecord(container, isSidecar(container) ? 'sidecar' : 'init'),
  );
  return [...initial, ...spec.containers.map((container) => newRecord(container, 'app'))];
}

function newRecord(spec: Container, role: ContainerRole): ContainerRecord {
  return {
    spec,
    role,
    restartBackoff: new RestartBackoff(),
    pullBackoff: new PullBackoff(),
    state: { phase: 'waiting', reason: 'ContainerCreating', message: '' },
    waiting: undefined,
    lastTermination: undefined,
    startedAtMs: undefined,
    everStarted: false,
    restartCount: 0,
    startAtMs: undefined,
    pullFailedAtMs: undefined,
    id: undefined,
    log: new ContainerLog(),
    input: spec.stdin ? new PassThrough() : undefined,
    previousLog: undefined,
  };
}

export const isRunning = ({ state }: ContainerRecord): boolean => state.phase === 'running';

/** Passing its readiness (or else startup) probe, or running when it has none. */
export function isContainerReady({ state, spec, role }: ContainerRecord): boolean {
  if (role === 'init') return state.phase === 'exited' && state.exitCode === 0;
  if (state.phase !== 'running') return false;
  return !(spec.readinessProbe ?? spec.startupProbe) || state.health === 'HEALTHY';
}

export function hasStarted({ state, spec, role }: ContainerRecord): boolean {
  if (role === 'init' || state.phase !== 'running') return false;
  return !spec.startupProbe || spec.readinessProbe !== undefined || state.health === 'HEALTHY';
}

/** Whether the init containers are through: done, sidecars running. */
export function isInitialized(records: readonly ContainerRecord[]): boolean {
  return records.every((record) => {
    if (record.role === 'app') return true;
    if (record.role === 'init') return record.state.phase === 'exited' && record.state.exitCode === 0;
    return record.everStarted;
  });
}

/** Whether a container that exited is to run again under its pod's policy. */
export function shouldRestart(
  { role, state }: ContainerRecord,
  policy: Pod['spec']['restartPolicy'] = 'Always',
): boolean {
  if (state.phase !== 'exited') return false;
  if (role === 'sidecar') return true;
  const failed = state.exitCode !== 0;
  return failed ? policy !== 'Never' : policy === 'Always' && role === 'app';
}

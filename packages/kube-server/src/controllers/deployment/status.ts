import type { Condition, Deployment, ReplicaSet } from '../../objects/index.ts';
import { findCondition, withCondition } from '../conditions.ts';
import { type RolloutLimits } from './rollout.ts';

export interface DeploymentSets {
  fresh: ReplicaSet | undefined;
  old: readonly ReplicaSet[];
}

type Status = NonNullable<Deployment['status']>;

/** The status that `kubectl rollout status` and `get` read. `now` is a timestamp. */
export function deploymentStatus(
  deployment: Deployment,
  sets: DeploymentSets,
  limits: RolloutLimits,
  now: string,
): Status {
  const counts = countReplicas(deployment, sets);
  const before = deployment.status?.conditions;
  const isAvailable = counts.availableReplicas >= deployment.spec.replicas - limits.unavailable;
  const progress = progressCondition(deployment, counts, sets.fresh?.metadata.name, now);
  return {
    ...counts,
    conditions: withCondition(withCondition(before, availability(isAvailable, before, now), now), progress, now),
  };
}

type Counts = Required<
  Pick<Status, 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas' | 'unavailableReplicas'>
> & {
  observedGeneration: number;
};

function countReplicas({ metadata, spec }: Deployment, { fresh, old }: DeploymentSets): Counts {
  const sets = fresh ? [fresh, ...old] : old;
  const sum = (count: (set: ReplicaSet) => number | undefined) => sets.reduce((all, set) => all + (count(set) ?? 0), 0);
  const availableReplicas = sum((set) => set.status?.availableReplicas);
  const replicas = sum((set) => set.status?.replicas);
  return {
    observedGeneration: metadata.generation ?? 0,
    replicas,
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: sum((set) => set.status?.readyReplicas),
    availableReplicas,
    unavailableReplicas: Math.max(0, Math.max(spec.replicas, replicas) - availableReplicas),
  };
}

function availability(isAvailable: boolean, before: readonly Condition[] | undefined, now: string): Condition {
  const status = isAvailable ? 'True' : 'False';
  const same = findCondition(before, 'Available')?.status === status;
  return {
    type: 'Available',
    status,
    reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${isAvailable ? 'has' : 'does not have'} minimum availability.`,
    lastUpdateTime: same ? (findCondition(before, 'Available')?.lastUpdateTime ?? now) : now,
  };
}

export function isComplete(
  { spec }: Deployment,
  counts: Pick<Status, 'replicas' | 'updatedReplicas' | 'availableReplicas'>,
): boolean {
  const { replicas, updatedReplicas, availableReplicas } = counts;
  return updatedReplicas === spec.replicas && replicas === spec.replicas && availableReplicas === spec.replicas;
}

function progressing(status: Condition['status'], reason: string, message: string, lastUpdateTime: string): Condition {
  return { type: 'Progressing', status, reason, message, lastUpdateTime };
}

function progressCondition(
  deployment: Deployment,
  counts: Counts,
  setName: string | undefined,
  now: string,
): Condition {
  const before = findCondition(deployment.status?.conditions, 'Progressing');
  const kept = before?.lastUpdateTime ?? now;
  const named = setName === undefined ? 'Deployment' : `ReplicaSet "${setName}"`;
  if (deployment.spec.paused) return progressing('Unknown', 'DeploymentPaused', 'Deployment is paused', kept);
  if (isComplete(deployment, counts)) {
    const done = before?.reason === 'NewReplicaSetAvailable' && before.message?.includes(named);
    return progressing('True', 'NewReplicaSetAvailable', `${named} has successfully progressed.`, done ? kept : now);
  }
  const finishedBefore = before?.reason === 'NewReplicaSetAvailable' || before?.reason === 'DeploymentPaused';
  const started = !before || finishedBefore || deployment.status?.observedGeneration !== counts.observedGeneration;
  if (started || hasProgressed(deployment.status ?? {}, counts)) {
    return progressing('True', 'ReplicaSetUpdated', `${named} is progressing.`, now);
  }
  if (deadlineLeftMs(deployment, kept, now) > 0) return before;
  return progressing('False', 'ProgressDeadlineExceeded', `${named} has timed out progressing.`, kept);
}

function hasProgressed(before: Partial<Status>, now: Counts): boolean {
  const old = (status: Partial<Status>) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    now.updatedReplicas > (before.updatedReplicas ?? 0) ||
    old(now) < old(before) ||
    now.readyReplicas > (before.readyReplicas ?? 0) ||
    now.availableReplicas > (before.availableReplicas ?? 0)
  );
}

/** Milliseconds until a rollout without progress has failed. */
export function deadlineLeftMs({ spec }: Deployment, lastProgress: string, now: string): number {
  return Date.parse(lastProgress) + (spec.progressDeadlineSeconds ?? 600) * 1000 - Date.parse(now);
}

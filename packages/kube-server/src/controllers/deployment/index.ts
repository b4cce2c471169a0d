import type { Deployment, ReplicaSet } from '../../objects/index.ts';
import { timestamp } from '../../store/index.ts';
import { findCondition } from '../conditions.ts';
import { type ControllerContext, keyOf, runController, source, splitKey } from '../controller.ts';
import { controlledBy, controllerKeys } from '../owners.ts';
import { createFresh, expiredSets, findFresh, promoteFresh, revisionAnnotation } from './revisions.ts';
import { recreate, rollingUpdate, type RolloutLimits, rolloutLimits, type Scaling, type SetSize } from './rollout.ts';
import { deadlineLeftMs, deploymentStatus, type DeploymentSets, isComplete } from './status.ts';

/** Deployments: a ReplicaSet per template, moved from the old to the new as the strategy says. */
export function deploymentController(context: ControllerContext): Disposable {
  return runController(context, 'deployment', (key) => reconcile(context, key), [
    source('deployments.apps', (deployment) => [keyOf(deployment)]),
    source('replicasets.apps', controllerKeys('Deployment')),
  ]);
}

function reconcile(context: ControllerContext, key: string): number | undefined {
  const { store } = context;
  const { namespace, name } = splitKey(key);
  const deployment = store.get('deployments.apps', namespace, name);
  if (!deployment || deployment.metadata.deletionTimestamp !== undefined) return undefined;
  const sets = currentSets(context, deployment);
  const limits = limitsOf(deployment);
  for (const scaling of nextScalings(deployment, sets, limits)) scale(context, deployment, scaling);
  for (const expired of expiredSets(deployment, sets.old)) {
    store.delete('replicasets.apps', namespace, expired.metadata.name);
  }
  return writeStatus(context, key, limits);
}

/** The deployment's sets, with one for its template unless it is paused. */
function currentSets({ store }: ControllerContext, deployment: Deployment): DeploymentSets {
  const sets = controlledBy(store, 'replicasets.apps', deployment);
  const found = findFresh(deployment, sets);
  const fresh = deployment.spec.paused
    ? found
    : found
      ? promoteFresh(store, deployment, found, sets)
      : createFresh(store, deployment, sets);
  if (fresh) showRevision({ store }, deployment, fresh);
  return { fresh, old: sets.filter((set) => set !== found) };
}

function showRevision({ store }: Pick<ControllerContext, 'store'>, deployment: Deployment, fresh: ReplicaSet): void {
  const revision = fresh.metadata.annotations?.[revisionAnnotation];
  const { annotations } = deployment.metadata;
  if (revision === undefined || annotations?.[revisionAnnotation] === revision) return;
  store.update({
    ...deployment,
    metadata: { ...deployment.metadata, annotations: { ...annotations, [revisionAnnotation]: revision } },
  });
}

function limitsOf({ spec }: Deployment): RolloutLimits {
  const isRolling = spec.strategy?.type !== 'Recreate';
  return isRolling
    ? rolloutLimits(spec.replicas, spec.strategy?.rollingUpdate)
    : { surge: 0, unavailable: spec.replicas };
}

function nextScalings({ spec }: Deployment, { fresh, old }: DeploymentSets, limits: RolloutLimits): Scaling[] {
  if (spec.paused) return resizePaused(spec.replicas, fresh ? [...old, fresh] : old);
  if (!fresh) return [];
  if (spec.strategy?.type !== 'Recreate') return rollingUpdate(spec.replicas, limits, sizeOf(fresh), old.map(sizeOf));
  const oldPods = old.reduce((sum, { status }) => sum + (status?.replicas ?? 0), 0);
  return recreate(spec.replicas, sizeOf(fresh), old.map(sizeOf), oldPods);
}

/** A paused deployment still follows its replica count, with the newest set that has pods. */
function resizePaused(replicas: number, sets: readonly ReplicaSet[]): Scaling[] {
  const active = sets.findLast(({ spec }) => spec.replicas > 0) ?? sets.at(-1);
  if (!active) return [];
  const others = sets.reduce((sum, set) => (set === active ? sum : sum + set.spec.replicas), 0);
  const to = Math.max(0, replicas - others);
  return to === active.spec.replicas ? [] : [{ name: active.metadata.name, from: active.spec.replicas, to }];
}

const sizeOf = ({ metadata, spec, status }: ReplicaSet): SetSize => ({
  name: metadata.name,
  desired: spec.replicas,
  available: status?.availableReplicas ?? 0,
});

function scale({ store, recorder }: ControllerContext, deployment: Deployment, { name, from, to }: Scaling): void {
  const set = store.get('replicasets.apps', deployment.metadata.namespace, name);
  if (!set) return;
  store.update({ ...set, spec: { ...set.spec, replicas: to } });
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`;
  recorder.record('deployment-controller', deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
}

function writeStatus({ store, clock }: ControllerContext, key: string, limits: RolloutLimits): number | undefined {
  const { namespace, name } = splitKey(key);
  const deployment = store.get('deployments.apps', namespace, name);
  if (!deployment) return undefined;
  const sets = controlledBy(store, 'replicasets.apps', deployment);
  const fresh = findFresh(deployment, sets);
  const now = timestamp(clock.now());
  const status = deploymentStatus(deployment, { fresh, old: sets.filter((set) => set !== fresh) }, limits, now);
  store.updateStatus({ ...deployment, status });
  const progressing = findCondition(status.conditions, 'Progressing');
  if (isComplete(deployment, status) || progressing?.status !== 'True') return undefined;
  return Math.max(1000, deadlineLeftMs(deployment, progressing.lastUpdateTime ?? now, now));
}

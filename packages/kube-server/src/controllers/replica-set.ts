import { messageOf } from '@meshbed/core';
import type { Condition, Pod, ReplicaSet } from '../objects/index.ts';
import { timestamp } from '../store/index.ts';
import { withCondition } from './conditions.ts';
import { type ControllerContext, keyOf, runController, source, splitKey } from './controller.ts';
import { controlledBy, controllerKeys, controllerReference } from './owners.ts';
import { countPods, isActive, isReady, podFromTemplate } from './pods.ts';

/** ReplicaSets: as many pods of the template as are wanted. */
export function replicaSetController(context: ControllerContext): Disposable {
  return runController(context, 'replicaset', (key) => reconcile(context, key), [
    source('replicasets.apps', (set) => [keyOf(set)]),
    source('pods', controllerKeys('ReplicaSet')),
  ]);
}

const component = 'replicaset-controller';

function reconcile(context: ControllerContext, key: string): number | undefined {
  const { namespace, name } = splitKey(key);
  const set = context.store.get('replicasets.apps', namespace, name);
  if (!set || set.metadata.deletionTimestamp !== undefined) return undefined;
  const pods = controlledBy(context.store, 'pods', set).filter(isActive);
  for (const pod of pods.toSorted(byWorth).slice(set.spec.replicas)) removePod(context, set, pod);
  const failure = createPods(context, set, set.spec.replicas - pods.length);
  const againMs = writeStatus(context, set, failure);
  if (failure !== undefined) throw new Error(failure);
  return againMs;
}

/** The reason why a pod could not be created; the rest is then left for the next try. */
function createPods({ store, recorder }: ControllerContext, set: ReplicaSet, count: number): string | undefined {
  const { namespace, name } = set.metadata;
  try {
    for (let created = 0; created < count; created++) {
      const pod = podFromTemplate(set.spec.template, { namespace, generateName: `${name}-` });
      const { metadata } = store.create({
        ...pod,
        metadata: { ...pod.metadata, ownerReferences: [controllerReference(set)] },
      });
      recorder.record(component, set, {
        type: 'Normal',
        reason: 'SuccessfulCreate',
        message: `Created pod: ${metadata.name}`,
      });
    }
  } catch (error) {
    const message = `Error creating: ${messageOf(error)}`;
    recorder.record(component, set, { type: 'Warning', reason: 'FailedCreate', message });
    return message;
  }
  return undefined;
}

function removePod({ store, recorder }: ControllerContext, set: ReplicaSet, pod: Pod): void {
  store.delete('pods', pod.metadata.namespace, pod.metadata.name);
  recorder.record(component, set, {
    type: 'Normal',
    reason: 'SuccessfulDelete',
    message: `Deleted pod: ${pod.metadata.name}`,
  });
}

const rank = (pod: Pod) =>
  Number(pod.spec.nodeName !== undefined) + Number(pod.status?.phase === 'Running') + Number(isReady(pod));

/** Pods worth keeping first: scheduled, running, ready, older. */
function byWorth(a: Pod, b: Pod): number {
  return rank(b) - rank(a) || a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp);
}

function writeStatus(
  { store, clock }: ControllerContext,
  { metadata }: ReplicaSet,
  failure: string | undefined,
): number | undefined {
  const set = store.get('replicasets.apps', metadata.namespace, metadata.name);
  if (!set) return undefined;
  const pods = controlledBy(store, 'pods', set).filter(isActive);
  const { ready, available, againMs } = countPods(pods, set.spec.minReadySeconds ?? 0, clock.now());
  const conditions = failureCondition(set, failure, timestamp(clock.now()));
  store.updateStatus({
    ...set,
    status: {
      observedGeneration: set.metadata.generation ?? 0,
      replicas: pods.length,
      fullyLabeledReplicas: pods.length,
      readyReplicas: ready,
      availableReplicas: available,
      ...(conditions.length > 0 && { conditions }),
    },
  });
  return againMs;
}

function failureCondition(set: ReplicaSet, failure: string | undefined, now: string): Condition[] {
  const before = (set.status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
  if (failure === undefined) return before.filter(({ type }) => type !== 'ReplicaFailure');
  return withCondition(
    before,
    { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: failure },
    now,
  );
}

import type { Pod, PodTemplate } from '../objects/index.ts';
import { findCondition, isTrue } from './conditions.ts';

export const isReady = (pod: Pod): boolean => isTrue(pod.status?.conditions, 'Ready');

/** Neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

export const isFinished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Milliseconds until a ready pod counts as available; 0 when it is, undefined while it is not ready. */
export function availableInMs(pod: Pod, minReadySeconds: number, nowMs: number): number | undefined {
  const ready = findCondition(pod.status?.conditions, 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  return Math.max(0, Date.parse(ready.lastTransitionTime ?? '') + minReadySeconds * 1000 - nowMs);
}

/** How many pods are ready, how many available, and when the next one becomes available. */
export function countPods(
  pods: readonly Pod[],
  minReadySeconds: number,
  nowMs: number,
): { ready: number; available: number; againMs: number | undefined } {
  const waits = pods.map((pod) => availableInMs(pod, minReadySeconds, nowMs)).filter((wait) => wait !== undefined);
  const pending = waits.filter((wait) => wait > 0);
  const againMs = pending.length > 0 ? Math.min(...pending) : undefined;
  return { ready: waits.length, available: waits.length - pending.length, againMs };
}

/** A pod of a template, as its controller creates it. */
export function podFromTemplate(
  template: PodTemplate,
  metadata: { namespace: string | undefined; generateName: string },
): { apiVersion: string; kind: string; metadata: PodTemplate['metadata'] & object; spec: PodTemplate['spec'] } {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const kept = {
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(finalizers && { finalizers }),
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    generateName: metadata.generateName,
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: kept, spec: template.spec };
}

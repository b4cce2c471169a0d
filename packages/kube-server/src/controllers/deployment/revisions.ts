import { createHash } from 'node:crypto';
import type { Deployment, PodTemplate, ReplicaSet } from '../../objects/index.ts';
import { type Store, sameJson } from '../../store/index.ts';
import { controllerReference } from '../owners.ts';

/** Where `kubectl rollout history` and `undo` find the number of a ReplicaSet. */
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const hashLabel = 'pod-template-hash';

/** Annotations that belong to the deployment alone. */
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
]);

export const revisionOf = (set: ReplicaSet): number => Number(set.metadata.annotations?.[revisionAnnotation] ?? 0);

/** The set that stands for the deployment's template; the hash label is the sets' own. */
export function findFresh(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return sets.find((set) => sameJson(withoutHash(set.spec.template), withoutHash(deployment.spec.template)));
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** A ReplicaSet without pods for the deployment's current template. */
export function createFresh(store: Store, deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet {
  const { spec, metadata } = deployment;
  const hash = templateHash(spec.template);
  const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
  return store.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace ?? '',
      labels,
      annotations: annotationsFor(deployment, nextRevision(sets)),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: 0,
      minReadySeconds: spec.minReadySeconds,
      selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  }) as ReplicaSet;
}

/** A set that becomes current again (an undo) takes the next revision number. */
export function promoteFresh(
  store: Store,
  deployment: Deployment,
  fresh: ReplicaSet,
  sets: readonly ReplicaSet[],
): ReplicaSet {
  const others = sets.filter((set) => set !== fresh);
  const revision = Math.max(revisionOf(fresh), nextRevision(others));
  const annotations = { ...fresh.metadata.annotations, ...annotationsFor(deployment, revision) };
  return store.update({
    ...fresh,
    metadata: { ...fresh.metadata, annotations },
    spec: {
      ...fresh.spec,
      ...(deployment.spec.minReadySeconds !== undefined && { minReadySeconds: deployment.spec.minReadySeconds }),
    },
  }) as ReplicaSet;
}

/** Old sets without pods beyond the history limit, oldest revision first. */
export function expiredSets(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const idle = old.filter(({ spec, status }) => spec.replicas === 0 && (status?.replicas ?? 0) === 0);
  const excess = old.length - (deployment.spec.revisionHistoryLimit ?? 10);
  return excess <= 0 ? [] : idle.toSorted((a, b) => revisionOf(a) - revisionOf(b)).slice(0, excess);
}

const nextRevision = (sets: readonly ReplicaSet[]) => Math.max(0, ...sets.map(revisionOf)) + 1;

function annotationsFor(deployment: Deployment, revision: number): Record<string, string> {
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !notCopied.has(name));
  return { ...Object.fromEntries(own), [revisionAnnotation]: String(revision) };
}

/** Ten characters without vowels or look-alikes, as in Kubernetes' own names. */
function templateHash(template: PodTemplate): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  const digest = createHash('sha256').update(JSON.stringify(template)).digest();
  return [...digest.subarray(0, 10)].map((byte) => letters[byte % letters.length]).join('');
}

import { contains, nameOf, type KubeClient, type Manifest } from '@meshbed/clients/kube';
import { MeshbedError, ready, waiting, type Progress } from '@meshbed/core';
import type { StepContext } from '../steps/types.ts';

/** Everything in `manifest` is there as written; what the server or others added stays. */
export function ensureObject(step: StepContext, kube: KubeClient, manifest: Manifest): Promise<Manifest> {
  return ensured(step, kube, manifest, () => kube.apply(manifest));
}

/** Sets fields of an object that others own: an apply would take away what an earlier apply of ours had set. */
export function ensureFields(step: StepContext, kube: KubeClient, manifest: Manifest): Promise<Manifest> {
  return ensured(step, kube, manifest, () => kube.patch(manifest));
}

function ensured(
  step: StepContext,
  kube: KubeClient,
  manifest: Manifest,
  write: () => Promise<Manifest>,
): Promise<Manifest> {
  return step.ensure<Manifest>({
    kind: manifest.kind,
    name: nameOf(manifest).replace(`${manifest.kind} `, ''),
    find: () => kube.get(manifest),
    differs: (live) => (contains(live, manifest) ? undefined : 'it is not as wanted'),
    create: write,
    update: write,
  });
}

interface Rollout {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  desiredNumberScheduled?: number;
  updatedNumberScheduled?: number;
  numberReady?: number;
}

/** Where the rollout of a Deployment or a DaemonSet stands. */
export function rolledOut(object: Manifest | undefined, name: string): Progress<Manifest> {
  if (!object) return waiting(`${name} does not exist yet`);
  const status = (object['status'] ?? {}) as Rollout;
  if ((status.observedGeneration ?? 0) < (object.metadata.generation ?? 0)) return waiting(`${name} is being updated`);
  const [have, want] = object.kind === 'DaemonSet' ? daemons(status) : replicas(object, status);
  return want > 0 && have >= want ? ready(object) : waiting(`${name}: ${have} of ${want} ready`);
}

function daemons({
  desiredNumberScheduled = 0,
  numberReady = 0,
  updatedNumberScheduled = 0,
}: Rollout): [number, number] {
  return [Math.min(numberReady, updatedNumberScheduled), desiredNumberScheduled];
}

/** Surplus replicas are old ones that still run. */
function replicas(
  { spec }: Manifest,
  { replicas: all = 0, updatedReplicas = 0, availableReplicas = 0 }: Rollout,
): [number, number] {
  const { replicas: wanted = 1 } = (spec ?? {}) as { replicas?: number };
  const surplus = Math.max(0, all - wanted);
  return [Math.min(updatedReplicas, availableReplicas) - surplus, wanted];
}

/** Waits for a rollout and, meanwhile, says why its pods aren't ready. */
export async function awaitRollout(step: StepContext, kube: KubeClient, reference: Manifest): Promise<void> {
  const { namespace = 'default', name } = reference.metadata;
  await step.wait({
    what: nameOf(reference),
    timeoutMs: 10 * 60_000,
    next: `kubectl describe ${reference.kind.toLowerCase()} ${name} -n ${namespace}`,
    async condition() {
      const object = await kube.get(reference);
      if (object) refuseZero(object);
      const progress = rolledOut(object, nameOf(reference));
      if (progress.state === 'ready') return progress;
      const trouble = await podTrouble(kube, namespace, name);
      return trouble === undefined ? progress : waiting(`${progress.reason} (${trouble})`);
    },
  });
}

/** Somebody scaled it down: no waiting brings it back. @throws MeshbedError `cloud/scaled-to-zero` */
export function refuseZero(object: Manifest): void {
  if ((object['spec'] as { replicas?: number } | undefined)?.replicas !== 0) return;
  const { name, namespace = 'default' } = object.metadata;
  throw new MeshbedError('cloud/scaled-to-zero', `${nameOf(object)} is scaled to 0 replicas`, {
    object: `${namespace}/${name}`,
    next: `kubectl scale deployment ${name} -n ${namespace} --replicas=1`,
  });
}

interface PodStatus {
  phase?: string;
  conditions?: { type: string; status: string; message?: string }[];
  containerStatuses?: { name: string; state?: { waiting?: { reason?: string; message?: string } } }[];
}

const settledReasons: ReadonlySet<string | undefined> = new Set(['ContainerCreating', 'PodInitializing', undefined]);

/** The first reason that a pod of the workload gives for not running. */
async function podTrouble(kube: KubeClient, namespace: string, workload: string): Promise<string | undefined> {
  const pods = await kube.list('v1', 'Pod', { namespace });
  for (const { metadata, ...pod } of pods.filter(({ metadata: { name } }) => name.startsWith(`${workload}-`))) {
    const { conditions = [], containerStatuses = [] } = (pod['status'] ?? {}) as PodStatus;
    const stuck = containerStatuses.map(({ state }) => state?.waiting).find((why) => !settledReasons.has(why?.reason));
    if (stuck) return `pod ${metadata.name}: ${stuck.reason}${stuck.message ? `: ${stuck.message}` : ''}`;
    const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
    if (unscheduled) return `pod ${metadata.name} is not scheduled: ${unscheduled.message ?? 'no node fits'}`;
  }
  return undefined;
}

import { type Clock, type Progress, ready, until, waiting } from '@meshbed/core';
import type { KubeApi, KubeObject, KubeResource } from '@meshbed/kube-client';

interface Rollout extends KubeObject {
  spec?: { replicas?: number };
  status?: Record<string, number | undefined>;
}

export interface Place {
  kube: KubeApi;
  clock: Clock;
  namespace: string;
  timeoutMs: number;
}

/** Waits until every pod of a Deployment or DaemonSet is of the current revision and ready. */
export async function rolledOut(
  resource: KubeResource,
  name: string,
  { kube, clock, namespace, timeoutMs }: Place,
): Promise<void> {
  const what = `${resource.kind.toLowerCase()}/${name} in ${namespace}`;
  const next = `kubectl -n ${namespace} describe ${resource.kind.toLowerCase()} ${name}`;
  await until(async () => progressOf(await kube.get<Rollout>(resource, name, namespace)), {
    clock,
    what,
    timeoutMs,
    next,
  });
}

function progressOf(object: Rollout | undefined): Progress<true> {
  if (!object) return waiting('it does not exist yet');
  const { status = {}, spec = {}, metadata } = object;
  if ((status['observedGeneration'] ?? 0) < (metadata.generation ?? 0))
    return waiting('its controller has not seen the change yet');
  const wanted = object.kind === 'DaemonSet' ? (status['desiredNumberScheduled'] ?? 0) : (spec.replicas ?? 1);
  const updated = status[object.kind === 'DaemonSet' ? 'updatedNumberScheduled' : 'updatedReplicas'] ?? 0;
  const available = status[object.kind === 'DaemonSet' ? 'numberReady' : 'availableReplicas'] ?? 0;
  const old = object.kind === 'DaemonSet' ? 0 : (status['replicas'] ?? 0) - updated;
  if (updated < wanted || available < wanted || old > 0)
    return waiting(`${available} of ${wanted} pods ready, ${updated} updated`);
  return wanted === 0 && object.kind === 'DaemonSet' ? waiting('there is no node to run on') : ready(true);
}

import type { NewObject, Store } from '@meshbed/kube-server';

export interface AddonStatus {
  /** Every pod that the add-on wants is ready. */
  healthy(): boolean;
}

const resourceOf: Readonly<Record<string, string>> = {
  ServiceAccount: 'serviceaccounts',
  Service: 'services',
  DaemonSet: 'daemonsets.apps',
  Deployment: 'deployments.apps',
};

/** Puts an add-on's objects into kube-system; those that are there stay as they are. */
export function installAddon(store: Store, objects: readonly NewObject[]): AddonStatus {
  for (const object of objects) if (!find(store, object)) store.create(object);
  return { healthy: () => objects.every((object) => isReady(find(store, object))) };
}

export function removeAddon(store: Store, objects: readonly NewObject[]): AddonStatus {
  for (const { kind, metadata } of objects) {
    const resource = resourceOf[kind];
    if (resource && find(store, { kind, metadata })) store.delete(resource, metadata.namespace, metadata.name ?? '');
  }
  return { healthy: () => false };
}

type Named = Pick<NewObject, 'kind' | 'metadata'>;

const find = (store: Store, { kind, metadata }: Named) =>
  store.get(resourceOf[kind] ?? '', metadata.namespace, metadata.name ?? '');

function isReady(object: ReturnType<typeof find>): boolean {
  const status = (object?.['status'] ?? {}) as Record<string, number | undefined>;
  switch (object?.kind) {
    case undefined:
      return false;
    case 'DaemonSet':
      return status['observedGeneration'] !== undefined && status['numberReady'] === status['desiredNumberScheduled'];
    case 'Deployment':
      return (status['readyReplicas'] ?? 0) > 0;
    default:
      return true;
  }
}

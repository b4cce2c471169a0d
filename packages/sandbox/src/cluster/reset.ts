import { ready, until, waiting } from '@meshbed/core';
import type { KubeCluster, KubeObject, Resource } from '@meshbed/kube-server';

/** Namespaces that every cluster has; those of the system keep what is in them. */
const [open, system] = ['default', ['kube-system', 'kube-public', 'kube-node-lease']];

/** What each cluster begins with, beside nodes and what is in the namespaces of the system. */
const initial = new Set([
  'services default/kubernetes',
  'endpointslices.discovery.k8s.io default/kubernetes',
  'serviceaccounts default/default',
  'configmaps default/kube-root-ca.crt',
]);

const definitions = 'customresourcedefinitions.apiextensions.k8s.io';
const neverTouched = new Set(['nodes', 'namespaces', 'pods']);
const endsWithinMs = 60_000;

/** Deletes what users made of a cluster. Nodes, add-ons and what else is in `kube-system` stay. */
export async function resetKubernetes({ store, clock, name }: KubeCluster): Promise<void> {
  const { registry } = store;
  const namespaces = store.list('namespaces', {}).filter((each) => ![open, ...system].includes(each.metadata.name));
  for (const each of namespaces) store.delete('namespaces', undefined, each.metadata.name);
  const rows = registry.rows().filter((row) => row.verbs.includes('list') && !neverTouched.has(row.key));
  // Kinds of users go last: without them their objects can't be named.
  const definitionsLast = rows.toSorted((a, b) => Number(a.key === definitions) - Number(b.key === definitions));
  for (const row of definitionsLast) for (const object of madeByUsers(store, row)) remove(store, row, object);
  const left = () =>
    store
      .list('namespaces', {})
      .filter((each) => namespaces.some(({ metadata }) => metadata.uid === each.metadata.uid));
  await until(
    () =>
      left().length === 0
        ? ready(true)
        : waiting(
            left()
              .map(({ metadata }) => metadata.name)
              .join(', '),
          ),
    {
      clock,
      what: `end of the namespaces of ${name}`,
      timeoutMs: endsWithinMs,
      next: 'kubectl get namespaces',
    },
  );
}

function madeByUsers(store: KubeCluster['store'], row: Resource): KubeObject[] {
  return store.list(row.key, row.namespaced ? { namespace: open } : {}).filter(({ metadata }) => {
    if (metadata.ownerReferences?.length) return false; // goes with its owner
    if (metadata.labels?.['kubernetes.io/bootstrapping'] !== undefined) return false;
    return !initial.has(`${row.key} ${metadata.namespace}/${metadata.name}`);
  });
}

/** Nobody may be there any more to take a finalizer away; those of load balancers are the controller's. */
function remove(store: KubeCluster['store'], row: Resource, object: KubeObject): void {
  const { name, namespace, finalizers = [] } = object.metadata;
  const { deletionTimestamp } = store.get(row.key, namespace, name)?.metadata ?? { deletionTimestamp: 'gone' };
  if (deletionTimestamp !== undefined) return;
  if (finalizers.length > 0 && row.key !== 'services')
    store.update({ ...object, metadata: { ...object.metadata, finalizers: [] } });
  store.delete(row.key, namespace, name, { gracePeriodSeconds: 0 });
}

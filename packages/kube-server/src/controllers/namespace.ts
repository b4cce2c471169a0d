import type { KubeObject, Namespace } from '../objects/index.ts';
import type { Store } from '../store/index.ts';
import { type ControllerContext, runController, type Source, source, splitKey } from './controller.ts';
import { everyKind } from './every-kind.ts';

/** Namespaces: what each starts with, and its removal with all it contains. */
export function namespaceController(context: ControllerContext, caPem: string): Disposable {
  const stack = new DisposableStack();
  const initial = (key: string) => provide(context.store, splitKey(key).name, caPem);
  stack.use(
    runController(context, 'namespace-content', initial, [
      source('namespaces', ({ metadata }) => [`/${metadata.name}`]),
      source('serviceaccounts', inNamespace),
      source('configmaps', inNamespace),
    ]),
  );
  stack.use(
    runController(context, 'namespace-finalizer', (key) => finalize(context.store, splitKey(key).name), [
      source('namespaces', ({ metadata }) => [`/${metadata.name}`]),
      removals(),
    ]),
  );
  return stack;
}

const inNamespace = ({ metadata }: KubeObject) => [`/${metadata.namespace ?? ''}`];

/** What every namespace has; put back when someone deletes it. */
function provide(store: Store, namespace: string, caPem: string): void {
  const found = store.get('namespaces', undefined, namespace);
  if (!found || found.metadata.deletionTimestamp !== undefined) return;
  if (!store.get('serviceaccounts', namespace, 'default')) {
    store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  }
  const root = store.get('configmaps', namespace, 'kube-root-ca.crt');
  const data = { 'ca.crt': caPem };
  if (!root)
    store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace }, data });
  else if (root.data?.['ca.crt'] !== caPem) store.update({ ...root, data });
}

/** The namespace of every object that goes away. */
function removals(): Source {
  return (store, add) =>
    everyKind(store, ({ type, object }) => {
      if (type === 'DELETED' && object.metadata.namespace !== undefined) add(`/${object.metadata.namespace}`);
    });
}

/** Deletes the content; once nothing is left, gives up the finalizer that keeps the namespace. */
function finalize(store: Store, name: string): void {
  const namespace = store.get('namespaces', undefined, name);
  if (!namespace || namespace.metadata.deletionTimestamp === undefined) return;
  for (const { resource, object } of contents(store, name)) {
    if (object.metadata.deletionTimestamp === undefined) store.delete(resource, name, object.metadata.name);
  }
  const left = contents(store, name);
  if (left.length > 0) tellWhatIsLeft(store, namespace, left);
  else store.update({ ...namespace, spec: { ...namespace.spec, finalizers: [] } }, { subresource: 'finalize' });
}

interface Content {
  resource: string;
  object: KubeObject;
}

function contents(store: Store, namespace: string): Content[] {
  const rows = store.registry.rows().filter((row) => row.namespaced && row.verbs.includes('delete'));
  return rows.flatMap(({ key }) => store.list(key, { namespace }).map((object) => ({ resource: key, object })));
}

/** The condition that `kubectl get ns -o yaml` shows while something keeps the namespace. */
function tellWhatIsLeft(store: Store, namespace: Namespace, left: readonly Content[]): void {
  const counts = new Map<string, number>();
  for (const { resource } of left) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  const parts = [...counts].map(([resource, count]) => `${resource} has ${count} resource instances`);
  const message = `Some resources are remaining: ${parts.join(', ')}`;
  const before = namespace.status?.conditions?.[0];
  if (before?.message === message) return;
  const condition = {
    type: 'NamespaceContentRemaining',
    status: 'True' as const,
    reason: 'SomeResourcesRemain',
    message,
    lastTransitionTime: before?.lastTransitionTime ?? namespace.metadata.deletionTimestamp ?? '',
  };
  store.updateStatus({ ...namespace, status: { phase: 'Terminating', conditions: [condition] } });
}

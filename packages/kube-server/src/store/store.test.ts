import { createIds, virtualClock } from '@meshbed/core';
import { describe, expect, test } from 'vitest';
import type { CustomResourceDefinition, NewObject } from '../objects/index.ts';
import { Registry } from '../registry/index.ts';
import { copyJson } from './json.ts';
import { Store } from './store.ts';

const namespace = (name: string): NewObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const configMap = (name: string, more: object = {}): NewObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  ...more,
});

function setup(historyLimit = 100) {
  const clock = virtualClock(Date.parse('2025-01-01T00:00:00Z'));
  const store = new Store({ clock, ids: createIds('seed'), registry: new Registry(), historyLimit });
  store.create(namespace('default'));
  return { clock, store };
}

describe('store', () => {
  test('create: fills in the metadata and freezes the object', () => {
    const { store } = setup();
    const created = store.create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { generateName: 'web-', namespace: 'default', deletionTimestamp: 'never', uid: 'mine' },
      spec: { replicas: 1 },
    });
    expect(created.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(created.metadata).toMatchObject({
      generation: 1,
      resourceVersion: '2',
      creationTimestamp: '2025-01-01T00:00:00Z',
    });
    expect(created.metadata.uid).not.toBe('mine');
    expect(created.metadata.deletionTimestamp).toBeUndefined();
    expect(Object.isFrozen(created['spec'])).toBe(true);
  });

  test.each<[string, (store: Store) => unknown, string, string]>([
    [
      'no name',
      (s) => s.create(configMap('')),
      'Invalid',
      'metadata.name: Required value: name or generateName is required',
    ],
    [
      'twice',
      (s) => (s.create(configMap('a')), s.create(configMap('a'))),
      'AlreadyExists',
      'configmaps "a" already exists',
    ],
    [
      'unknown kind',
      (s) => s.create({ apiVersion: 'x/v1', kind: 'Y', metadata: { name: 'a' } }),
      'BadRequest',
      'no matches for kind "Y" in version "x/v1"',
    ],
    [
      'no namespace',
      (s) => s.create({ ...configMap('a'), metadata: { name: 'a', namespace: 'b' } }),
      'NotFound',
      'namespaces "b" not found',
    ],
    ['update of nothing', (s) => s.update(configMap('a')), 'NotFound', 'configmaps "a" not found'],
    [
      'delete of nothing',
      (s) => s.delete('deployments.apps', 'default', 'a'),
      'NotFound',
      'deployments.apps "a" not found',
    ],
  ])('refuses: %s', (_name, act, reason, message) => {
    const { store } = setup();
    expect(() => act(store)).toThrow(expect.objectContaining({ reason, message: expect.stringContaining(message) }));
  });

  test('update: needs the current resourceVersion when one is given', () => {
    const { store } = setup();
    const first = store.create(configMap('a'));
    store.update({ ...copyJson(first), data: { x: '1' } });
    expect(() => store.update({ ...copyJson(first), data: { x: '2' } })).toThrow(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  test('update: nothing changed takes no resourceVersion', () => {
    const { store } = setup();
    const first = store.create(configMap('a', { data: { x: '1' } }));
    expect(store.update(copyJson(first))).toBe(first);
  });

  test('update: desired state and status are written apart, generation counts only the former', () => {
    const { store } = setup();
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' } };
    store.create({ ...object, spec: { replicas: 1 } });
    store.updateStatus({ ...object, spec: { replicas: 7 }, status: { replicas: 1 } });
    const updated = store.update({ ...object, spec: { replicas: 2 }, status: { replicas: 9 } });
    expect(updated).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 2 }, status: { replicas: 1 } });
  });

  test('delete: finalizers hold the object until the last one is gone', () => {
    const { store } = setup();
    const created = store.create({
      ...configMap('a'),
      metadata: { name: 'a', namespace: 'default', finalizers: ['x/y'] },
    });
    expect(store.delete('configmaps', 'default', 'a').gone).toBe(false);
    const held = store.get('configmaps', 'default', 'a');
    expect(held?.metadata.deletionTimestamp).toBe('2025-01-01T00:00:00Z');
    store.update({
      ...configMap('a'),
      metadata: { ...copyJson(created.metadata), resourceVersion: '', finalizers: [] },
    });
    expect(store.get('configmaps', 'default', 'a')).toBeUndefined();
  });

  test('delete: a scheduled pod waits for its kubelet, another goes at once', () => {
    const { store } = setup();
    const pod = (name: string, spec: object) =>
      store.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec });
    pod('pending', { containers: [] });
    pod('running', { containers: [], nodeName: 'node-1', terminationGracePeriodSeconds: 5 });
    expect(store.delete('pods', 'default', 'pending').gone).toBe(true);
    expect(store.delete('pods', 'default', 'running')).toMatchObject({
      gone: false,
      object: { metadata: { deletionTimestamp: '2025-01-01T00:00:05Z', deletionGracePeriodSeconds: 5 } },
    });
    expect(store.delete('pods', 'default', 'running', { gracePeriodSeconds: 0 }).gone).toBe(true);
  });

  test('delete: foreground propagation leaves a finalizer for the garbage collector', () => {
    const { store } = setup();
    store.create(configMap('a'));
    const { object } = store.delete('configmaps', 'default', 'a', { propagationPolicy: 'Foreground' });
    expect(object.metadata.finalizers).toEqual(['foregroundDeletion']);
  });

  test('watch: a listener that writes does not change the order for the others', () => {
    const { store } = setup();
    const seen: string[] = [];
    using _first = store.watch('configmaps', ({ type, object }) => {
      if (type === 'ADDED') store.update({ ...copyJson(object), data: { seen: 'yes' } });
    });
    using _second = store.watch(
      'configmaps',
      ({ type, object }) => void seen.push(`${type} ${object.metadata.resourceVersion}`),
    );
    store.create(configMap('a'));
    expect(seen).toEqual(['ADDED 2', 'MODIFIED 3']);
  });

  test('history: resumes from a version and says when it is forgotten', () => {
    const { store } = setup(4);
    for (const name of ['a', 'b', 'c']) store.create(configMap(name));
    const names = (events: ReturnType<Store['eventsSince']>) =>
      Array.isArray(events) ? events.map(({ object }) => object.metadata.name) : events;
    expect(names(store.eventsSince('configmaps', 2))).toEqual(['b', 'c']);
    for (const name of ['d', 'e']) store.create(configMap(name));
    expect(store.eventsSince('configmaps', 1)).toEqual({ oldest: 3 });
  });

  test('list: by namespace, labels and fields, sorted', () => {
    const { store } = setup();
    store.create(namespace('other'));
    for (const [name, inNamespace, app] of [
      ['b', 'default', 'web'],
      ['a', 'default', 'web'],
      ['c', 'default', 'db'],
      ['d', 'other', 'web'],
    ] as const) {
      store.create({ ...configMap(name), metadata: { name, namespace: inNamespace, labels: { app } } });
    }
    const names = (options: object) => store.list('configmaps', options).map(({ metadata }) => metadata.name);
    expect(names({ namespace: 'default', labelSelector: 'app=web' })).toEqual(['a', 'b']);
    expect(names({ fieldSelector: 'metadata.name!=a' })).toEqual(['b', 'c', 'd']);
  });

  test('custom resource definitions: add and remove kinds', () => {
    const { store } = setup();
    const definition: Omit<CustomResourceDefinition, 'metadata'> = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      spec: {
        group: 'example.com',
        scope: 'Cluster',
        names: { plural: 'widgets', kind: 'Widget' },
        versions: ['v1', 'v1beta1', 'v2'].map((name) => ({ name, served: true, storage: name === 'v1' })),
      },
    };
    store.create({
      ...definition,
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
    });
    expect(store.registry.byKey('widgets.example.com')?.versions).toEqual(['v2', 'v1', 'v1beta1']);
    store.create({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } });
    store.delete('customresourcedefinitions.apiextensions.k8s.io', undefined, 'widgets.example.com');
    expect(store.registry.byKey('widgets.example.com')).toBeUndefined();
  });
});

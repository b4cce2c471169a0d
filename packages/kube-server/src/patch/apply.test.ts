import { describe, expect, test } from 'vitest';
import type { KubeObject, NewObject } from '../objects/index.ts';
import { builtinStructure, serverSideApply, trackUpdate } from './index.ts';

const structure = builtinStructure();
const time = '2025-01-01T00:00:00Z';
const configMap = (data: object, metadata: object = {}): NewObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...metadata },
  data,
});
const pod = (...containers: object[]): NewObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers },
});

const apply = (live: NewObject | undefined, applied: NewObject, manager: string, force = false) =>
  serverSideApply(live as KubeObject | undefined, applied, { writer: { manager, time }, structure, force });
const update = (live: NewObject, next: NewObject, manager: string): NewObject => {
  const object = {
    ...next,
    metadata: {
      ...next.metadata,
      ...(live.metadata.managedFields ? { managedFields: live.metadata.managedFields } : {}),
    },
  };
  return {
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: trackUpdate(live as KubeObject, object as KubeObject, { manager, time }, structure),
    },
  };
};
const owners = (object: NewObject) =>
  Object.fromEntries((object.metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => [manager, fieldsV1]));

describe('server-side apply', () => {
  test('records what was applied', () => {
    expect(owners(apply(undefined, configMap({ x: '1' }, { labels: { l: '1' } }), 'me'))).toEqual({
      me: { 'f:metadata': { 'f:labels': { 'f:l': {} } }, 'f:data': { 'f:x': {} } },
    });
  });

  test('removes what its manager no longer applies, and leaves what others own', () => {
    const first = apply(undefined, configMap({ x: '1', y: '1' }), 'me');
    const second = apply(first, configMap({ x: '1', z: '1' }), 'other');
    const third = apply(second, configMap({}), 'me');
    expect(third['data']).toEqual({ x: '1', z: '1' });
    expect(owners(third)).toEqual({ me: { 'f:data': {} }, other: { 'f:data': { 'f:x': {}, 'f:z': {} } } });
  });

  test('removes list items with all that was defaulted in them', () => {
    const first = apply(undefined, pod({ name: 'a', image: '1' }, { name: 'b', image: '1' }), 'me');
    const live = {
      ...first,
      spec: {
        containers: [
          { name: 'a', image: '1' },
          { name: 'b', image: '1', imagePullPolicy: 'Always' },
        ],
      },
    };
    expect(apply(live, pod({ name: 'a', image: '2' }), 'me')['spec']).toEqual({
      containers: [{ name: 'a', image: '2' }],
    });
  });

  test('removes a probe with its defaults', () => {
    const probe = { httpGet: { port: 80 } };
    const first = apply(undefined, pod({ name: 'a', readinessProbe: probe }), 'me');
    const live = { ...first, spec: { containers: [{ name: 'a', readinessProbe: { ...probe, periodSeconds: 10 } }] } };
    expect(apply(live, pod({ name: 'a' }), 'me')['spec']).toEqual({ containers: [{ name: 'a' }] });
  });

  test('conflicts name the managers and fields', () => {
    const live = update(configMap({}), configMap({ x: '1', y: '1' }), 'kubectl');
    expect(() => apply(live, configMap({ x: '2' }), 'me')).toThrow(
      'Apply failed with 1 conflict: conflict with "kubectl" using v1: .data.x',
    );
    expect(() => apply(live, configMap({ x: '2', y: '2' }), 'me')).toThrow(
      'Apply failed with 2 conflicts: conflicts with "kubectl" using v1:\n- .data.x\n- .data.y',
    );
  });

  test('force takes the fields over', () => {
    const live = update(configMap({}), configMap({ x: '1', y: '1' }), 'kubectl');
    const taken = apply(live, configMap({ x: '2' }), 'me', true);
    expect(taken['data']).toEqual({ x: '2', y: '1' });
    expect(owners(taken)).toEqual({ kubectl: { 'f:data': { 'f:y': {} } }, me: { 'f:data': { 'f:x': {} } } });
  });

  test('equal values are owned together, without conflict', () => {
    const live = apply(undefined, configMap({ x: '1' }), 'me');
    expect(Object.keys(owners(apply(live, configMap({ x: '1' }), 'other')))).toEqual(['me', 'other']);
  });

  test('the same again changes nothing, whoever came last', () => {
    const live = apply(apply(undefined, configMap({ x: '1' }), 'me'), configMap({ y: '1' }), 'other');
    expect(apply(live, configMap({ x: '1' }), 'me')).toEqual(live);
  });

  test('ports without a protocol are those with TCP', () => {
    const applied = pod({ name: 'a', ports: [{ containerPort: 80 }] });
    const spec = { containers: [{ name: 'a', ports: [{ containerPort: 80, protocol: 'TCP' }] }] };
    const live = { ...apply(undefined, applied, 'me'), spec };
    expect(apply(live, applied, 'me')['spec']).toEqual(spec);
  });
});

describe('updates', () => {
  test('take over the changed fields only', () => {
    const live = apply(undefined, configMap({ x: '1', y: '1' }), 'me');
    expect(owners(update(live, { ...live, data: { x: '1', y: '2' } }, 'editor'))).toEqual({
      me: { 'f:data': { 'f:x': {} } },
      editor: { 'f:data': { 'f:y': {} } },
    });
  });

  test('nobody owns what is gone', () => {
    const live = apply(undefined, configMap({ x: '1', y: '1' }), 'me');
    expect(owners(update(live, { ...live, data: { x: '1' } }, 'editor'))).toEqual({ me: { 'f:data': { 'f:x': {} } } });
  });

  test('without a change the entries stay', () => {
    const live = update(configMap({}), configMap({ x: '1' }), 'editor');
    expect(update(live, live, 'another').metadata.managedFields).toEqual(live.metadata.managedFields);
  });
});

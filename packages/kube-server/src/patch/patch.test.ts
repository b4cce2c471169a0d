import { describe, expect, test } from 'vitest';
import type { Schema } from '../objects/index.ts';
import { customStructure, jsonPatch, mergePatch, strategicMerge } from './index.ts';

test.each([
  [{ a: 1, b: { c: 1 } }, { b: { c: null, d: 2 } }, { a: 1, b: { d: 2 } }],
  [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
  [{ a: 1 }, 'x', 'x'],
  [1, { a: { b: null } }, { a: {} }],
])('merge patch: %j with %j', (target, patch, expected) => {
  expect(mergePatch(target, patch)).toEqual(expected);
});

describe('json patch', () => {
  test.each<[string, unknown, object[], unknown]>([
    ['add a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['add at the end', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    ['insert', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    ['remove', { a: [1, 2] }, [{ op: 'remove', path: '/a/0' }], { a: [2] }],
    ['replace', { a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: 2 }], { a: { b: 2 } }],
    ['replace an item', { a: [1, 2] }, [{ op: 'replace', path: '/a/0', value: 9 }], { a: [9, 2] }],
    ['escapes', { 'a/b': { '~': 1 } }, [{ op: 'remove', path: '/a~1b/~0' }], { 'a/b': {} }],
    [
      'copy and move',
      { a: 1 },
      [
        { op: 'copy', from: '/a', path: '/b' },
        { op: 'move', from: '/a', path: '/c' },
      ],
      { b: 1, c: 1 },
    ],
    ['test', { a: { b: [1] } }, [{ op: 'test', path: '/a', value: { b: [1] } }], { a: { b: [1] } }],
    ['whole document', { a: 1 }, [{ op: 'replace', path: '', value: 2 }], 2],
  ])('%s', (_name, document, patch, expected) => {
    expect(jsonPatch(document, patch)).toEqual(expected);
  });

  test.each<[object[], string]>([
    [[{ op: 'remove', path: '/x' }], 'unable to find path /x'],
    [[{ op: 'add', path: '/x/y', value: 1 }], 'doc is missing path: /x/y'],
    [[{ op: 'test', path: '/a', value: 2 }], 'testing path /a'],
    [[{ op: 'add', path: '/l/7', value: 2 }], 'invalid index 7'],
    [[{ op: 'jump', path: '/a' }], 'unknown operation "jump"'],
  ])('refuses %j', (patch, message) => {
    expect(() => jsonPatch({ a: 1, l: [] }, patch)).toThrow(message);
  });
});

describe('strategic merge', () => {
  const spec = {
    containers: [
      { name: 'a', image: '1', env: [{ name: 'x', value: '1' }] },
      { name: 'b', image: '2' },
    ],
  };

  test.each<[string, unknown, unknown, unknown]>([
    [
      'items merge by name',
      spec,
      { containers: [{ name: 'b', image: '3' }] },
      { containers: [spec.containers[0], { name: 'b', image: '3' }] },
    ],
    ['a new item', { volumes: [] }, { volumes: [{ name: 'v' }] }, { volumes: [{ name: 'v' }] }],
    ['$patch: delete', spec, { containers: [{ name: 'a', $patch: 'delete' }] }, { containers: [spec.containers[1]] }],
    [
      '$patch: replace of a list',
      spec,
      { containers: [{ $patch: 'replace' }, { name: 'c' }] },
      { containers: [{ name: 'c' }] },
    ],
    ['$patch: replace of a map', { a: { b: 1 } }, { a: { $patch: 'replace', c: 2 } }, { a: { c: 2 } }],
    [
      '$retainKeys',
      { strategy: { type: 'RollingUpdate', rollingUpdate: {} } },
      { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
      { strategy: { type: 'Recreate' } },
    ],
    [
      '$deleteFromPrimitiveList',
      { finalizers: ['a', 'b'] },
      { '$deleteFromPrimitiveList/finalizers': ['a'] },
      { finalizers: ['b'] },
    ],
    ['set lists', { finalizers: ['a'] }, { finalizers: ['b'] }, { finalizers: ['a', 'b'] }],
    [
      '$setElementOrder',
      spec,
      { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
      { containers: [spec.containers[1], spec.containers[0]] },
    ],
    [
      '$setElementOrder with items',
      spec,
      { '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }, { name: 'b' }], containers: [{ name: 'c' }] },
      { containers: [{ name: 'c' }, ...spec.containers] },
    ],
    [
      'container ports by containerPort',
      { ports: [{ containerPort: 80 }] },
      { ports: [{ containerPort: 80, name: 'http' }] },
      { ports: [{ containerPort: 80, name: 'http' }] },
    ],
    [
      'service ports by port',
      { ports: [{ port: 80 }] },
      { ports: [{ port: 81 }] },
      { ports: [{ port: 80 }, { port: 81 }] },
    ],
    ['atomic lists', { args: ['a'] }, { args: ['b'] }, { args: ['b'] }],
    ['null removes', { a: 1, b: { c: 1 } }, { a: null, b: { c: null } }, { b: {} }],
  ])('%s', (_name, target, patch, expected) => {
    expect(strategicMerge(target, patch)).toEqual(expected);
  });
});

test('structure of custom resources: lists follow the schema', () => {
  const schema: Schema = {
    properties: {
      spec: {
        properties: {
          parts: { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['id'] },
          tags: { 'x-kubernetes-list-type': 'set' },
        },
        additionalProperties: {},
      },
    },
  };
  const spec = customStructure(schema).field('spec');
  expect(spec.field('parts').list([])).toEqual({ kind: 'map', keys: ['id'] });
  expect(spec.field('tags').list([])).toEqual({ kind: 'set' });
  expect(spec.field('containers').list([{ name: 'a' }])).toEqual({ kind: 'atomic' });
  expect(customStructure(schema).field('metadata').field('finalizers').list([])).toEqual({ kind: 'set' });
});

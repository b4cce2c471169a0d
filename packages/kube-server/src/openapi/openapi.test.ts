import { describe, expect, test } from 'vitest';
import type { Schema } from '../objects/index.ts';
import { applySchemaDefaults, pruneUnknown, schemaProblems } from './index.ts';

const schema: Schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 5 },
        color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
        name: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 4 },
        port: { 'x-kubernetes-int-or-string': true },
        list: {
          type: 'array',
          maxItems: 2,
          items: { type: 'object', properties: { a: { type: 'string', default: 'x' } } },
        },
        keyed: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['k'],
          items: { type: 'object', properties: { k: { type: 'integer' } } },
        },
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        ip: { type: 'string', format: 'ipv4' },
        map: { type: 'object', additionalProperties: { type: 'integer' } },
        any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        nothing: { type: 'string', nullable: true },
        one: { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
        some: { anyOf: [{ required: ['a'] }, { required: ['b'] }] },
        no: { not: { required: ['a'] } },
      },
    },
  },
};

const problem = (spec: unknown) => schemaProblems(schema, { spec }).map(({ field, message }) => `${field}: ${message}`);

describe('schema', () => {
  test.each<[object, string[]]>([
    [{ size: 1, color: 'red', port: 'http', map: { a: 1 }, nothing: null, any: { x: [] } }, []],
    [{}, ['spec.size: Required value']],
    [{ size: '1' }, ['spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"']],
    [{ size: 0 }, ['spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1']],
    [{ size: 6 }, ['spec.size: Invalid value: 6: spec.size in body should be less than or equal to 5']],
    [{ size: 1, color: 'green' }, ['spec.color: Unsupported value: "green": supported values: "red", "blue"']],
    [{ size: 1, name: 'ABC' }, ['spec.name: Invalid value: "ABC": spec.name in body should match \'^[a-z]+$\'']],
    [{ size: 1, name: 'a' }, ['spec.name: Invalid value: "a": spec.name in body should be at least 2 chars long']],
    [
      { size: 1, port: true },
      ['spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"'],
    ],
    [{ size: 1, list: [{}, {}, {}] }, ['spec.list: Too many: 3: must have at most 2 items']],
    [{ size: 1, name: 'abcde' }, ['spec.name: Too long: may not be more than 4 bytes']],
    [
      { size: 1, keyed: [{ k: 1 }, { k: 2 }, { k: 1 }] },
      ['spec.keyed[2]: Duplicate value: map[string]interface {}{"k":1}'],
    ],
    [{ size: 1, set: ['a', 'a'] }, ['spec.set[1]: Duplicate value: "a"']],
    [{ size: 1, ip: '1.2.3' }, ['spec.ip: Invalid value: "1.2.3": spec.ip in body must be of type ipv4: "1.2.3"']],
    [
      { size: 1, list: [{ a: 1 }] },
      ['spec.list[0].a: Invalid value: "integer": spec.list[0].a in body must be of type string: "integer"'],
    ],
    [
      { size: 1, map: { a: 'x' } },
      ['spec.map.a: Invalid value: "string": spec.map.a in body must be of type integer: "string"'],
    ],
    [
      { size: 1, one: {} },
      ['spec.one: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found none valid'],
    ],
    [
      { size: 1, one: { a: 1, b: 1 } },
      [
        'spec.one: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ],
    ],
    [{ size: 1, some: {} }, ['spec.some: Invalid value: "": "spec.some" must validate at least one schema (anyOf)']],
    [{ size: 1, no: { a: 1 } }, ['spec.no: Invalid value: "": "spec.no" must not validate the schema (not)']],
  ])('validates %j', (spec, problems) => {
    expect(problem(spec)).toEqual(problems);
  });

  test('prunes unknown fields and names them', () => {
    const object = {
      kind: 'X',
      metadata: { anything: 1 },
      foo: 1,
      spec: { bar: 1, list: [{ a: '1', b: 2 }], any: { x: 1 }, map: { y: 1 } },
    };
    expect(pruneUnknown(schema, object)).toEqual(['foo', 'spec.bar', 'spec.list[0].b']);
    expect(object).toEqual({
      kind: 'X',
      metadata: { anything: 1 },
      spec: { list: [{ a: '1' }], any: { x: 1 }, map: { y: 1 } },
    });
  });

  test('fills in defaults inside what is there', () => {
    const object = { spec: { list: [{}] } };
    applySchemaDefaults(schema, object);
    expect(object).toEqual({ spec: { color: 'red', list: [{ a: 'x' }] } });
  });
});

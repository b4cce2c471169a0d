import { beforeAll, describe, expect, test } from 'vitest';
import type { Schema } from '../../objects/index.ts';
import { hasRules, loadRules, ruleProblems, unsupportedRules } from './index.ts';

beforeAll(loadRules);

const integer: Schema = { type: 'integer' };
const text: Schema = { type: 'string' };
const object = (properties: Record<string, Schema>, ...rules: object[]): Schema => ({
  type: 'object',
  properties,
  'x-kubernetes-validations': rules,
});

/** What a rule has against `self`, and with `oldSelf` against the change. */
function problems(schema: Schema, self: unknown, oldSelf?: unknown): string[] {
  const spec: Schema = { type: 'object', properties: { spec: schema } };
  const old = oldSelf === undefined ? undefined : { spec: oldSelf };
  return ruleProblems(spec, { spec: self }, old).map(({ field, message }) => `${field}: ${message}`);
}

const range = object({ min: integer, max: integer }, { rule: 'self.min <= self.max', message: 'upside down' });
const immutable = object({ a: text }, { rule: 'self.a == oldSelf.a' });
const named: Schema = {
  type: 'array',
  items: immutable,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
};

describe('rules of custom resources', () => {
  test.each<[string, Schema, unknown, unknown, string[]]>([
    ['hold', range, { min: 1, max: 2 }, undefined, []],
    ['fail with their message', range, { min: 3, max: 2 }, undefined, ['spec: Invalid value: "object": upside down']],
    [
      'fail without one',
      { ...integer, 'x-kubernetes-validations': [{ rule: '0 < self && self <= 65535' }] },
      70_000,
      undefined,
      ['spec: Invalid value: 70000: failed rule: 0 < self && self <= 65535'],
    ],
    [
      'make their message',
      object({ a: text }, { rule: 'false', messageExpression: '"a is " + self.a', message: 'not this' }),
      { a: 'x' },
      undefined,
      ['spec: Invalid value: "object": a is x'],
    ],
    [
      'name field and reason',
      object(
        { a: text },
        { rule: 'has(self.a)', fieldPath: '.a', reason: 'FieldValueRequired', message: 'a is needed' },
      ),
      {},
      undefined,
      ['spec.a: Required value: a is needed'],
    ],
    ['about changes ask nothing of what is new', immutable, { a: '1' }, undefined, []],
    [
      'about changes',
      immutable,
      { a: '2' },
      { a: '1' },
      ['spec: Invalid value: "object": failed rule: self.a == oldSelf.a'],
    ],
    [
      'find an item of before by its keys',
      named,
      [
        { name: 'new', a: '9' },
        { name: 'x', a: '2' },
      ],
      [{ name: 'x', a: '1' }],
      ['spec[1]: Invalid value: "object": failed rule: self.a == oldSelf.a'],
    ],
    [
      'know fields named like words of the language',
      object({ namespace: text }, { rule: "self.__namespace__ == 'a'" }),
      { namespace: 'b' },
      undefined,
      ['spec: Invalid value: "object": failed rule: self.__namespace__ == \'a\''],
    ],
    [
      'that can not be evaluated on a value say so',
      object({}, { rule: 'self.missing == 1' }),
      {},
      undefined,
      ['spec: Invalid value: "object": rule evaluation error: No such key: missing'],
    ],
  ])('%s', (_name, schema, self, oldSelf, expected) => {
    expect(problems(schema, self, oldSelf)).toEqual(expected);
  });

  test.each([
    ['has(self[0].matches) ? self[0].matches.size() == 1 : false', [{ matches: [1] }]],
    ['self[0].name.matches(r"""^(?i)[a-z]+$""")', [{ name: 'ABC' }]],
    ['self.all(l1, self.exists_one(l2, l1.name == l2.name))', [{ name: 'a' }, { name: 'b' }]],
    ["url(self[0].name).getScheme() in ['http', 'https'] && isURL(self[0].name)", [{ name: 'https://a' }]],
    ["duration(self[0].name) >= duration('1ms')", [{ name: '5s' }]],
    ["self[0].name.split('/')[0].size() < 253 && self[0].name.find('[0-9]+') == '1'", [{ name: 'a1/b' }]],
  ])('holds: %s', (rule, self) => {
    expect(problems({ type: 'array', 'x-kubernetes-validations': [{ rule }] }, self)).toEqual([]);
  });

  test('those of functions that are missing are named, and not evaluated', () => {
    const schema = object({ a: object({}, { rule: "quantity('1').isInteger()" }) });
    expect(unsupportedRules(schema)).toEqual([
      expect.stringContaining('a: the rule "quantity(\'1\').isInteger()": found no matching overload for'),
    ]);
    expect(problems(schema, { a: {} })).toEqual([]);
    expect([hasRules(schema), hasRules(text)]).toEqual([true, false]);
  });
});

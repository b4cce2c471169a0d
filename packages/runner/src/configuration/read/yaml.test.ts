import { expect, test } from 'vitest';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { settings } from '../settings/index.ts';
import { readYaml } from './yaml.ts';

const read = (text: string) => readYaml(text, 'meshbed.yaml');

test('YAML: sections, numbers, and text as it is written', () => {
  const { given, problems } = read(`
scenario: 3
accounts:
  local: { id: 000000000001, profile: demo }
cluster:
  nodes: 3
istio:
  tag: 1.10
aks:
`);
  expect(problems).toEqual([]);
  expect(given.map(({ name, raw }) => [name, raw])).toEqual([
    ['scenario', 3],
    ['accounts.local.id', '000000000001'],
    ['accounts.local.profile', 'demo'],
    ['cluster.nodes', 3],
    ['istio.tag', '1.10'],
  ]);
  expect(given[1]?.origin).toEqual({ kind: 'file', file: 'meshbed.yaml', line: 4, column: 16 });
});

test.each([
  ['clustr:\n  name: x', 1, 1, 'clustr is no setting', 'did you mean cluster?'],
  ['cluster:\n  naem: x', 2, 3, 'cluster.naem is no setting', 'did you mean name?'],
  ['nodes: 2', 1, 1, 'nodes is no setting', 'did you mean cluster.nodes?'],
  ['CLUSTER_NAME: x', 1, 1, 'CLUSTER_NAME is no setting', 'did you mean cluster.name?'],
  ['zzz: 1', 1, 1, 'zzz is no setting', 'known here: scenario, target'],
  ['cluster: demo', 1, 10, 'cluster must have settings below it', 'for example name: …'],
  ['- a', 1, 1, 'the configuration must have settings below it', 'for example scenario: …'],
  ['cluster:\n  name:', 2, 3, 'cluster.name has no value', 'give it a value'],
  ['owner: a\nowner: b', 2, 1, 'Map keys must be unique', ''],
  ['owner: "a', 1, 10, 'this is no valid YAML', ''],
  ['owner: a\n---\nowner: b', 2, 1, 'one YAML document', 'remove what follows'],
  ['? [a]\n: b', 1, 3, ' is no setting', 'known here'],
])('YAML: %j is an error', (text, line, column, message, hint) => {
  const [first] = read(text).problems;
  expect(first?.origin).toEqual({ kind: 'file', file: 'meshbed.yaml', line, column });
  expect(first?.message).toContain(message);
  expect(first?.hint ?? '').toContain(hint);
});

test('YAML: anchors are followed, also in a circle', () => {
  expect(read('owner: &a jane\nistio: { tag: *a }').given.map(({ raw }) => raw)).toEqual(['jane', 'jane']);
  expect(read('accounts: &a\n  local: *a').problems).toHaveLength(1);
});

const yamlWords = fc.constantFrom(
  'accounts', 'local', 'id', 'images', 'cluster', ': ', '\n', '  ', '- ', '{', '}', '[', ']', '&a ', '*a', '!!str ', '"', "'", '#', '---', '? ', '|', '<<', '~',
); // prettier-ignore
const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(yamlWords, fc.string({ maxLength: 3 })), { maxLength: 40 }).map((words) => words.join('')),
);

test('YAML: never throws, whatever it holds, and every problem has a place', () => {
  fc.assert(
    fc.property(anything, (text) => {
      for (const { origin } of read(text).problems) {
        if (origin.kind !== 'file') throw new Error('a problem without a place');
        expect(origin.line).toBeGreaterThan(0);
        expect(origin.column).toBeGreaterThan(0);
      }
    }),
    { numRuns: 2000 },
  );
});

test('YAML: what is written is read', () => {
  const texts = settings.filter(({ rule }) => rule.type === 'text').map(({ path }) => path);
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...texts), fc.string({ minLength: 1 })), (values) => {
      const document: Record<string, unknown> = {};
      for (const [path, value] of Object.entries(values)) {
        const names = path.split('.');
        const last = names.pop()!;
        const parent = names.reduce((at, name) => (at[name] ??= {}) as Record<string, unknown>, document);
        parent[last] = value;
      }
      const { given, problems } = read(stringify(document));
      expect(problems).toEqual([]);
      expect(Object.fromEntries(given.map(({ name, raw }) => [name, raw]))).toEqual({ ...values });
    }),
  );
});

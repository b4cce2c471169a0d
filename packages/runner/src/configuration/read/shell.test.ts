import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { machine } from '../testing/machine.ts';
import { readShell } from './shell.ts';

const read = (text: string, environment: Record<string, string> = {}) =>
  readShell(text, 'demo.sh', machine({}, environment));
const valueOf = (text: string, environment: Record<string, string> = {}) => read(text, environment).given.at(-1)?.raw;

test.each([
  ['plain', 'export OWNER_NAME=jane', 'jane'],
  ['double quotes', 'export OWNER_NAME="jane doe"', 'jane doe'],
  ['single quotes keep everything', "export OWNER_NAME='$HOME `x` $(y)'", '$HOME `x` $(y)'],
  ['escapes in double quotes', String.raw`export OWNER_NAME="a\"b\\c\$d\n"`, String.raw`a"b\c$d\n`],
  ['pieces', `export OWNER_NAME=a"b"'c'd`, 'abcd'],
  ['user', 'export OWNER_NAME=$(whoami)', 'jane'],
  ['user in quotes', 'export CLUSTER_NAME="demo-$(whoami)-1"', 'demo-jane-1'],
  ['earlier variable', 'export HUB=x\nexport OWNER_NAME=${HUB}-$HUB', 'x-x'],
  ['variable of the environment', 'export ISTIOCTL=$HOME/bin/istioctl', '/home/jane/bin/istioctl'],
  ['comment', 'export OWNER_NAME=jane   # the owner; really', 'jane'],
  ['no comment', 'export OWNER_NAME=jane#1', 'jane#1'],
  ['empty', 'export OWNER_NAME=', ''],
  ['empty quotes', 'export OWNER_NAME=""', ''],
  ['indented', '\t export   OWNER_NAME=jane  ', 'jane'],
  ['Windows line ends', 'export OWNER_NAME=jane\r\nexport HUB=x\r\n', 'x'],
  ['the last one wins', 'export OWNER_NAME=a\nexport OWNER_NAME=b', 'b'],
])('shell file: %s', (_case, text, expected) => {
  expect(read(text, { HOME: '/home/jane' }).problems).toEqual([]);
  expect(valueOf(text, { HOME: '/home/jane' })).toBe(expected);
});

test.each([
  ['export OWNER_NAME=$(rm -rf x)', 19, '$(…) would run a command', 'only $(whoami) is known'],
  ['export OWNER_NAME="$(rm -rf x)"', 20, '$(…) would run a command', 'only $(whoami) is known'],
  ['export OWNER_NAME=`whoami`', 19, '` means something to a shell', 'only $(whoami) is known'],
  ['export OWNER_NAME="`whoami`"', 20, '` would run a command', 'only $(whoami) is known'],
  ['export OWNER_NAME=$(whoami | tr a b)', 19, '$(…) would run a command', 'write the value'],
  ['export OWNER_NAME=${USER:-me}', 19, 'this ${…} is not a plain variable', 'only $NAME and ${NAME} are known'],
  ['export OWNER_NAME=$1', 19, 'this $ is no variable', 'single quotes'],
  ['export OWNER_NAME=$NOBODY', 19, '$NOBODY is not set', 'set NOBODY in a line before'],
  ['export OWNER_NAME=a; rm -rf x', 20, '; means something to a shell', 'one export per line'],
  ['export OWNER_NAME=a rm -rf x', 21, 'there is more after the value', 'in quotes'],
  ['export OWNER_NAME=a && b', 21, 'there is more after the value', 'one export per line'],
  ['export OWNER_NAME=a>b', 20, '> means something to a shell', 'single quotes'],
  ['export OWNER_NAME=~/x', 19, '~ means something to a shell', '$HOME'],
  ['export OWNER_NAME="a', 19, 'the quote " is not closed', 'close it'],
  ["export OWNER_NAME='a", 19, "the quote ' is not closed", 'close it'],
  ['export OWNER_NAME = a', 18, 'there is a space before the =', 'export OWNER_NAME='],
  ['export OWNER_NAME', 18, 'OWNER_NAME has no value', 'export OWNER_NAME=VALUE'],
  ['OWNER_NAME=a', 1, 'this line is no export NAME=VALUE', 'write: export OWNER_NAME='],
  ['  rm -rf x', 3, 'this line is no export NAME=VALUE', 'read, not run'],
  ['source other.sh', 1, 'this line is no export NAME=VALUE', 'read, not run'],
  ['if true; then', 1, 'this line is no export NAME=VALUE', 'read, not run'],
  ['export CLUSTR_NAME=a', 8, 'CLUSTR_NAME is no setting', 'did you mean CLUSTER_NAME?'],
  ['export SOMETHING=a', 8, 'SOMETHING is no setting', 'remove the line'],
])('shell file: %s is an error', (line, column, message, hint) => {
  const { problems, given } = read(`# a comment\n\n${line}\n`);
  expect(given).toEqual([]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ origin: { kind: 'file', file: 'demo.sh', line: 3, column } });
  expect(problems[0]?.message).toContain(message);
  expect(problems[0]?.hint).toContain(hint);
});

test('shell file: what refers to a broken line is not reported again', () => {
  expect(read('export HUB=$(x)\nexport OWNER_NAME=$HUB').problems).toHaveLength(1);
});

test('shell file: no problem shows the value of a misspelt secret', () => {
  const { problems } = read('export GLOO_MESH_LICENCE_KEY=planted\nexport GLOO_MESH_LICENSE_KEY=planted;planted');
  expect(problems.map(({ hint }) => hint)).toEqual([
    'did you mean GLOO_MESH_LICENSE_KEY?',
    'write one export per line',
  ]);
  expect(JSON.stringify(problems)).not.toContain('planted');
});

const shellWords = fc.constantFrom(
  'export ', 'OWNER_NAME', 'HUB', '=', '"', "'", '$', '${', '}', '$(', ')', '`', '\\', ' ', '\n', ';', '#', 'whoami', 'touch x', '|',
); // prettier-ignore
const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(shellWords, fc.string({ maxLength: 3 })), { maxLength: 40 }).map((words) => words.join('')),
);

test('shell file: never throws, whatever it holds, and says where each problem is', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
      for (const { origin } of read(text).problems) {
        if (origin.kind !== 'file') throw new Error('a problem without a place');
        expect(origin.line).toBeLessThanOrEqual(lines.length);
        expect(origin.column).toBeLessThanOrEqual((lines[origin.line - 1]?.length ?? 0) + 1);
      }
    }),
    { numRuns: 2000 },
  );
});

const value = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/[\r\n]/.test(text));
const quotes: Record<string, (text: string) => string> = {
  single: (text) => `'${text.replaceAll("'", `'"'"'`)}'`,
  double: (text) => `"${text.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`,
};

test.each(Object.entries(quotes))('shell file: a value in %s quotes is read as it was written', (_kind, quote) => {
  fc.assert(
    fc.property(value, (text) => {
      expect(valueOf(`export OWNER_NAME=${quote(text)} # end`)).toBe(text);
    }),
  );
});

test('shell file: the reader has nothing that could execute anything', () => {
  for (const file of ['shell.ts', 'shell-line.ts', 'variables.ts', 'reading.ts']) {
    const source = readFileSync(new URL(file, import.meta.url), 'utf8');
    expect(source).not.toMatch(/child_process|node:vm|worker_threads|\beval\b|new Function|import\(/);
  }
});

import { expect, test } from 'vitest';
import { splitWords } from './words.ts';

const cases: [string, string[]][] = [
  ['', []],
  ['sh', ['sh']],
  ['  ls   -l /tmp ', ['ls', '-l', '/tmp']],
  [`sh -c 'curl -s http://echo:8080; echo RC=$?'`, ['sh', '-c', 'curl -s http://echo:8080; echo RC=$?']],
  [`echo "a \\"b\\" $HOME"`, ['echo', 'a "b" $HOME']],
  [`echo a\\ b ''`, ['echo', 'a b', '']],
  [`sh -c 'it'"'"'s'`, ['sh', '-c', `it's`]],
  [`echo "back\\slash"`, ['echo', 'back\\slash']],
];

test.each(cases)('words: %s', (command, words) => {
  expect(splitWords(command)).toEqual(words);
});

test.each([`sh -c 'oops`, `echo "oops`, `echo oops\\`])('words: %s is refused', (command) => {
  expect(() => splitWords(command)).toThrow(/can't be split/);
});

import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addCommands } from '../../cli.ts';
import { shells } from './shells.ts';
import { tableOf } from './table.ts';

const program = new Command('meshbed');
addCommands(program);
const rows = tableOf(program);
const script = shells.bash(rows);

/** What bash offers after these words. */
function offered(...words: string[]): string[] {
  const line = ['meshbed', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `compopt() { :; }; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _meshbed; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${ask}`], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

test.each([
  ['commands', ['ex'], ['explain']],
  ['sub-commands', ['sandbox', 'd'], ['diagnose', 'down']],
  ['names of steps', ['run', '3', '--step', 'istio_i'], ['istio_install']],
  ['names of steps after a short option', ['run', '-s', 'eks'], ['eks_cluster']],
  ['numbers of scenarios', ['run', '3'], ['3']],
  ['exercises', ['authz', 'cl'], ['clear']],
  ['choices of arguments', ['mesh', 'w'], ['workloads']],
  ['options of the command', ['run', '--stop'], ['--stop-after']],
  ['nothing for a value that can be anything', ['call', '--from', ''], []],
])('completion: %s', (_what, words, expected) => {
  expect(offered(...words)).toEqual(expected);
});

test('completion: every command that the help shows is in the script of every shell', () => {
  const commands = program
    .createHelp()
    .visibleCommands(program)
    .map((command) => command.name());
  expect(commands.length).toBeGreaterThan(10);
  for (const shell of Object.values(shells)) {
    const text = shell(rows);
    expect(commands.filter((name) => !text.includes(name))).toEqual([]);
  }
});

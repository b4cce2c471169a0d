import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isExecutable, Keeper } from '@meshbed/sandbox/inside';

/** As a shell has it. */
const [notExecutable, notFound, endedBy] = [126, 127, 128];

/**
 * Runs a command with the terminal of this process. On a terminal it shares the process group, so that it can be in the
 * foreground and gets what is typed there; otherwise it has a group of its own, which ends with this process. What
 * `prefix` starts goes on as the command.
 * @returns its exit code as a shell gives it
 */
export async function runChild(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  prefix: readonly string[] = [],
): Promise<number> {
  const isThere = isExecutable(command[0] ?? '', { path: env['PATH'] ?? '', folder: process.cwd() });
  const [file = '', ...args] = isThere ? [...prefix, ...command] : command; // a prefix would blame itself
  const interactive = process.stdin.isTTY === true;
  await using keeper = new Keeper();
  keeper.start();
  const child = spawn(file, args, { stdio: 'inherit', env, detached: !interactive });
  const { pid } = child;
  using _kept = pid === undefined ? undefined : interactive ? keeper.watchShell(pid) : keeper.watch(pid);
  using _forwarded = forwardSignals(child, interactive);
  return await new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      process.stderr.write(`meshbed: ${missing ? `${file}: command not found` : error.message}\n`);
      resolve(missing ? notFound : notExecutable);
    });
    child.once('exit', (code, signal) => resolve(code ?? endedBy + (signal ? constants.signals[signal] : 0)));
  });
}

/** The terminal sends these to every process of the foreground group by itself. */
const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const fromElsewhere: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP'];
const patience = 2;

/** A command that goes on after the same signal came twice from outside is killed. */
function forwardSignals({ pid = 0 }: ChildProcess, interactive: boolean): Disposable {
  const target = interactive ? pid : -pid;
  const counts = new Map<NodeJS.Signals, number>();
  const forward = (name: NodeJS.Signals) => {
    if (interactive && fromTerminal.includes(name)) return;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    send(target, count < patience ? name : 'SIGKILL');
  };
  const names = [...fromTerminal, ...fromElsewhere];
  for (const name of names) process.on(name, forward);
  return {
    [Symbol.dispose]() {
      for (const name of names) process.off(name, forward);
    },
  };
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    if (target !== 0) process.kill(target, signal);
  } catch {
    // it has ended
  }
}

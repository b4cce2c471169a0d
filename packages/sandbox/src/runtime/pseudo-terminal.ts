import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

export interface TerminalSize {
  columns: number;
  rows: number;
}

/** As terminals begin. */
export const usualSize: TerminalSize = { columns: 80, rows: 24 };

const program = 'script';
const options = ['--quiet', '--return', '--flush', '--echo', 'always'];
const check = 7;
let found: Promise<boolean> | undefined;

/**
 * Whether this machine can make pseudo-terminals. Node can't: util-linux' script(1) does it, which every Linux has but
 * the smallest; the `script` of other systems takes other arguments.
 */
export function hasPseudoTerminals(): Promise<boolean> {
  return (found ??= process.platform === 'linux' ? tryOne() : Promise.resolve(false));
}

async function tryOne(): Promise<boolean> {
  try {
    const child = spawn(program, [...options, '--command', `exit ${check}`, '/dev/null'], { stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    return code === check;
  } catch {
    return false;
  }
}

/** A command line that runs `command` at a pseudo-terminal, which it tells the leader of on file descriptor 3. */
export function atPseudoTerminal(command: readonly string[], { columns, rows }: TerminalSize): string[] {
  const steps = [
    `echo $$ >&3; exec 3>&-`,
    `stty rows ${rows} cols ${columns}`,
    `exec ${command.map(quoted).join(' ')}`,
  ];
  return [program, ...options, '--command', steps.join('; '), '/dev/null'];
}

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** What file descriptor 3 says: the process that leads the session at the terminal; undefined when there is none. */
export function leaderOf({ stdio }: ChildProcess): Promise<number | undefined> {
  const channel = stdio[3] as NodeJS.ReadableStream;
  return new Promise((resolve) => {
    let text = '';
    channel.on('data', (chunk) => {
      text += String(chunk);
      if (text.endsWith('\n')) resolve(Number(text)); // script(1) holds the descriptor, too: it stays open
    });
    channel.once('close', () => resolve(undefined));
  });
}

/** The kernel tells who is in the foreground that the size has changed. */
export function resizeTerminal(leader: number, { columns, rows }: TerminalSize): void {
  try {
    const device = readlinkSync(`/proc/${leader}/fd/0`);
    spawn('stty', ['-F', device, 'rows', String(rows), 'cols', String(columns)], { stdio: 'ignore' }).on(
      'error',
      () => {},
    );
  } catch {
    // it has ended
  }
}

/** Every process of a session: jobs that a shell started have groups of their own. */
export function processesOf(leader: number): number[] {
  return readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) && sessionOf(name) === leader ? [Number(name)] : [],
  );
}

/** The fourth field after the name, which may have parentheses in it. */
function sessionOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  } catch {
    return undefined;
  }
}

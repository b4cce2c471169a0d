import { PassThrough } from 'node:stream';
import type { ContainerSpec, ExecOptions, ExecSession } from '@meshbed/core';
import { messageOf } from '@meshbed/core';
import type { Children } from './child.ts';
import { hasPseudoTerminals } from './pseudo-terminal.ts';
import { proxyNames, type ProxyEntry } from './proxy.ts';

export interface ExecSurroundings {
  children: Children;
  proxy: ProxyEntry;
  /** Variables every command needs from the machine (PATH). */
  machine: Readonly<Record<string, string>>;
  folder: string;
  hostname: string;
}

/** Runs a command of a user in a container's environment: a real process whose traffic enters the workload's network. */
export function execIn(
  spec: ContainerSpec,
  around: ExecSurroundings,
  command: readonly string[],
  options: ExecOptions,
): ExecSession {
  return whenReady(async () => {
    const own = { HOSTNAME: around.hostname, HOME: around.folder };
    const ran = await around.proxy.command(command, await commandEnvironment(spec.env, around));
    const terminals = options.tty && (await hasPseudoTerminals());
    return around.children.start(ran.command, {
      ...options,
      env: { ...ran.env, ...own },
      folder: around.folder,
      hasPseudoTerminals: terminals,
    });
  });
}

/** What a process outside needs to live in the workload's network; proxies of this machine lead out of it. */
export async function commandEnvironment(
  env: Readonly<Record<string, string>>,
  { machine, proxy }: Pick<ExecSurroundings, 'machine' | 'proxy'>,
): Promise<Record<string, string>> {
  const inherited = Object.entries(machine).filter(([name]) => !proxyNames.includes(name));
  return { ...Object.fromEntries(inherited), ...(await proxy.environment(env)) };
}

/** A session whose process starts a moment later, since its proxy port must be open first. */
function whenReady(start: () => Promise<ExecSession>): ExecSession {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const started = start();
  let ran: ExecSession | undefined;
  const exited = started.then(
    (session) => {
      ran = session;
      stdin.pipe(session.stdin);
      session.stdout.pipe(stdout);
      session.stderr.pipe(stderr);
      return session.exited;
    },
    (error: unknown) => {
      stdout.end();
      stderr.end(`${messageOf(error)}\n`);
      return 126;
    },
  );
  const later = (act: (session: ExecSession) => void) => void started.then(act, () => {});
  return {
    stdin,
    stdout,
    stderr,
    resize: (size) => later((session) => session.resize(size)),
    kill: () => later((session) => session.kill()),
    exited,
    get failedToStart() {
      return ran?.failedToStart ?? false;
    },
  };
}

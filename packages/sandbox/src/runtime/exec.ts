import { PassThrough } from 'node:stream';
import type { ContainerSpec, ExecOptions, ExecSession } from '@meshbed/core';
import type { ContainerSurroundings } from './container.ts';

type ExecSurroundings = Pick<ContainerSurroundings, 'children' | 'proxy' | 'machine' | 'folder' | 'hostname'>;

/** Runs a command of a user in a container's environment: a real process whose traffic enters the workload's network. */
export function execIn(
  spec: ContainerSpec,
  around: ExecSurroundings,
  command: readonly string[],
  options: ExecOptions,
): ExecSession {
  return whenReady(async () => {
    const proxy = await around.proxy.variables(spec.env);
    const env = { ...around.machine, ...spec.env, ...proxy, HOSTNAME: around.hostname, HOME: around.folder };
    return around.children.start(command, { ...options, env, folder: around.folder });
  });
}

/** A session whose process starts a moment later, since its proxy port must be open first. */
function whenReady(start: () => Promise<ExecSession>): ExecSession {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const started = start();
  let killed = false;
  const exited = started.then(
    (session) => {
      stdin.pipe(session.stdin);
      session.stdout.pipe(stdout);
      session.stderr.pipe(stderr);
      if (killed) session.kill();
      return session.exited;
    },
    (error: Error) => {
      stdout.end();
      stderr.end(`${error.message}\n`);
      return 126;
    },
  );
  const later = (act: (session: ExecSession) => void) => void started.then(act, () => {});
  return {
    stdin,
    stdout,
    stderr,
    resize: (size) => later((session) => session.resize(size)),
    kill: () => later((session) => ((killed = true), session.kill())),
    exited,
  };
}

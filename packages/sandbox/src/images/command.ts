import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { connect } from 'node:net';
import type { ProgramContext } from '@meshbed/core';
import { splice } from '@meshbed/hbone';
import { listenOnLoopback } from '../runtime/loopback.ts';

/** An image of the user, mapped to a command of this machine. */
export interface CommandImage {
  command: readonly string[];
  /** Port of the container → variable that tells the command which port of 127.0.0.1 to listen on; default 8080 → PORT. */
  ports?: Readonly<Record<number, string>>;
}

/**
 * Runs a local command as a container. It listens on ports of 127.0.0.1 that it is told by variables; the workload's
 * ports lead there. A keeper process ends it also when the sandbox is killed.
 */
export async function runCommand(
  image: CommandImage,
  machine: Readonly<Record<string, string>>,
  context: ProgramContext,
): Promise<number> {
  const ports = await Promise.all(
    Object.entries(image.ports ?? { 8080: 'PORT' }).map(async ([port, variable]) => ({
      port: Number(port),
      variable,
      local: await freePort(),
    })),
  );
  const env = {
    ...machine,
    ...context.env,
    HOSTNAME: context.hostname,
    ...Object.fromEntries(ports.map(({ variable, local }) => [variable, String(local)])),
  };
  const child = spawn(process.execPath, ['-e', keeper, ...image.command, ...context.argv], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => context.log(line));
  context.signal.addEventListener('abort', () => child.stdin.end(), { once: true });
  for (const { port, local } of ports) {
    await context.network.listen(
      port,
      (socket) => void splice(socket, connect({ port: local, host: '127.0.0.1', allowHalfOpen: true })),
    );
  }
  context.setHealthy(true);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 137));
  });
}

/** Starts the command named by its arguments and kills it when its own standard input ends: when the sandbox is gone. */
const keeper = `
const child = require('node:child_process').spawn(process.argv[1], process.argv.slice(2), { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
const end = () => { try { process.kill(-child.pid, 'SIGKILL') } catch {} };
process.stdin.resume().on('end', end).on('error', end);
process.on('SIGTERM', end).on('SIGINT', end);
child.on('error', (error) => { console.error(error.message); process.exit(127) });
child.on('close', (code) => process.exit(code ?? 137));
`;

/** Bound and released: the command binds it again at once. */
async function freePort(): Promise<number> {
  await using listener = await listenOnLoopback((socket) => socket.destroy());
  return listener.port;
}

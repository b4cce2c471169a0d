import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Clock, connectLoopback, listenOnLoopback, type ProgramContext, splice } from '@meshbed/core';
import { Children } from '../runtime/child.ts';
import { commandEnvironment } from '../runtime/exec.ts';
import { Keeper } from '../runtime/keeper.ts';
import { ProxyEntry } from '../runtime/proxy.ts';
import type { Session } from '../runtime/session.ts';
import { Termination } from '../runtime/termination.ts';

/** An image of the user, mapped to a command of this machine. */
export interface CommandImage {
  command: readonly string[];
  /** Port of the container → variable that tells the command which port of 127.0.0.1 to listen on; default 8080 → PORT. */
  ports?: Readonly<Record<number, string>>;
}

interface MappedPort {
  port: number;
  variable: string;
  local: number;
}

/**
 * Runs a local command as a container. It listens on ports of 127.0.0.1 that it is told by variables; the workload's
 * ports lead there as soon as it does. Its own connections enter the workload's network by its proxy variables.
 */
export async function runCommand(
  image: CommandImage,
  machine: Readonly<Record<string, string>>,
  context: ProgramContext,
): Promise<number> {
  await using keeper = new Keeper();
  await using proxy = new ProxyEntry(context.network);
  const ports = await Promise.all(Object.entries(image.ports ?? { 8080: 'PORT' }).map(mapPort));
  const local = Object.fromEntries(ports.map((each) => [each.variable, String(each.local)]));
  const environment = await commandEnvironment(context.env, { machine, proxy });
  const ran = await proxy.command([...image.command, ...context.argv], environment);
  const env = { ...ran.env, HOSTNAME: context.hostname, ...local };
  const child = new Children(keeper).start(ran.command, { env, tty: false });
  if (context.stdin) context.stdin.pipe(child.stdin);
  else child.stdin.end();
  const logged = [child.stdout, child.stderr].map((output) => logLines(output, context));
  endWith(context.signal, child);
  const ended = new AbortController();
  for (const port of ports) void openWhenListening(port, context, ended.signal).catch(() => {});
  const exitCode = await child.exited;
  ended.abort();
  await Promise.all(logged);
  return exitCode;
}

async function logLines(input: Readable, { log }: ProgramContext): Promise<void> {
  for await (const line of createInterface({ input })) log(line);
}

/** Bound and released: the command binds it again at once. */
async function mapPort([port, variable]: [string, string]): Promise<MappedPort> {
  await using free = await listenOnLoopback((socket) => socket.destroy());
  return { port: Number(port), variable, local: free.port };
}

function endWith(signal: AbortSignal, child: Session): void {
  const onAbort = () => {
    child.kill('SIGTERM');
    const { reason } = signal as { reason: unknown };
    if (reason instanceof Termination) onceAborted(reason.killed, () => child.kill());
    else child.kill();
  };
  onceAborted(signal, onAbort);
}

function onceAborted(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
}

/** Until the command listens, its port of the workload refuses connections, as without the mapping. */
async function openWhenListening(mapped: MappedPort, { network, clock }: ProgramContext, ended: AbortSignal) {
  await untilListening(mapped.local, clock, ended);
  await network.listen(mapped.port, (socket) => void lead(socket, mapped.local));
}

const pollMs = 20;

/** Looks by connecting, and hangs up in good order: a reset may be more than a simple server survives. */
async function untilListening(port: number, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return void (await connectLoopback(port, { signal })).resume().end();
    } catch {
      await clock.sleep(pollMs, signal);
    }
  }
}

async function lead(socket: Socket, port: number): Promise<void> {
  try {
    await splice(socket, await connectLoopback(port));
  } catch {
    socket.resetAndDestroy();
  }
}

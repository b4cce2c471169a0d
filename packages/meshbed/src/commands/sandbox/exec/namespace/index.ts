import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket as DatagramSocket } from 'node:dgram';
import { readdirSync, readlinkSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { connectLoopback, splice } from '@meshbed/core';
import type { HandedOut, Wanted } from './listen.ts';
import { refuseNames } from './names.ts';

/** A network for commands, out of which only some ports of 127.0.0.1 lead. */
export interface Namespace extends AsyncDisposable {
  /** Goes before a command that is to run in it, in the same process. */
  prefix: readonly string[];
}

export interface NamespaceOptions {
  /** Ports of 127.0.0.1 that are the same inside. */
  ports: readonly number[];
  /** Told of each place, the first time that it is refused. */
  refused: (place: string) => void;
}

/** Where somebody listens only to say who is refused; elsewhere the kernel refuses. */
const refusedPorts = [80, 443];

/**
 * Every address is one of this machine, and nobody answers there. The process that stays only keeps the namespace, and
 * ends with the one that made it.
 */
const script = `
PATH="$PATH:/usr/sbin:/sbin"
ip link set lo up && ip route add local default dev lo || exit
echo 1 2>/dev/null >/proc/sys/net/ipv4/icmp_echo_ignore_all
"$@" || exit
exec 3>&-
exec cat >/dev/null`;

/**
 * Begins to make a network namespace: at once, since that takes as long as a sandbox does; `open` waits for it. Without
 * root it is one of a user namespace, in which everybody is who they were.
 */
export class NamespaceMaker implements AsyncDisposable {
  readonly #holder: ChildProcess;
  readonly #ended: Promise<string>;
  readonly #isRoot: boolean = process.getuid?.() === 0;

  constructor() {
    const flags = this.#isRoot ? [] : ['--user', '--map-current-user', '--keep-caps'];
    const listener = [process.execPath, fileURLToPath(new URL('listen.ts', import.meta.url))];
    this.#holder = spawn('unshare', [...flags, '--net', 'sh', '-c', script, 'sh', ...listener], {
      stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
      detached: true,
    });
    this.#ended = endOf(this.#holder);
  }

  /** @returns the namespace, or why there is none */
  async open(options: NamespaceOptions): Promise<Namespace | { problem: string }> {
    const opened = this.#serve(options);
    if (this.#holder.connected)
      this.#holder.send({ relayed: options.ports, refused: refusedPorts } satisfies Wanted, () => {});
    const problem = await Promise.race([opened, this.#ended]);
    if (problem !== undefined) return { problem };
    const of = (kind: string) => `/proc/${this.#holder.pid}/ns/${kind}`;
    const user = this.#isRoot ? [] : ['--preserve-credentials', `--user=${of('user')}`];
    return {
      prefix: ['nsenter', ...user, `--net=${of('net')}`, '--'],
      [Symbol.asyncDispose]: () => this[Symbol.asyncDispose](),
    };
  }

  /** Takes the sockets over. Resolves when all are there. */
  #serve({ refused }: NamespaceOptions): Promise<undefined> {
    const say = once(refused);
    return new Promise((resolve) => {
      this.#holder.on('message', ({ kind, port }: HandedOut, handle) => {
        if (kind === 'relayed') (handle as Server).on('connection', (socket) => void relay(socket, port));
        else if (kind === 'refused') (handle as Server).on('connection', (socket) => refuse(socket, port, say));
        else if (kind === 'names') refuseNames(handle as DatagramSocket, say);
        else resolve(undefined);
        (handle as { unref?: () => void } | undefined)?.unref?.();
      });
    });
  }

  /** Nobody answers what still runs in it, which is told to end. */
  async [Symbol.asyncDispose](): Promise<void> {
    endAllIn(this.#holder.pid);
    this.#holder.stdin?.end();
    if (this.#holder.connected) this.#holder.disconnect();
    await this.#ended;
  }
}

/** Everything in the namespace of a process but that itself. */
function endAllIn(holder: number | undefined): void {
  const namespace = networkOf(holder);
  if (namespace === undefined || namespace === networkOf(process.pid)) return;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (Number.isInteger(pid) && pid !== holder && networkOf(pid) === namespace) terminate(pid);
  }
}

function networkOf(pid: number | undefined): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined; // it has ended, or is somebody else's
  }
}

function terminate(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // it has ended
  }
}

/** What it said last. */
function endOf(holder: ChildProcess): Promise<string> {
  let said = '';
  holder.stdin?.on('error', () => {});
  holder.stderr?.on('data', (data) => (said += String(data)));
  return new Promise((resolve) => {
    holder.once('error', ({ message }) => resolve(message));
    holder.once('exit', (code) => resolve(said.trim().split('\n')[0] || `unshare ended with ${code}`));
  });
}

function once(tell: (place: string) => void): (place: string) => void {
  const seen = new Set<string>();
  return (place) => {
    if (!seen.has(place)) tell(place);
    seen.add(place);
  };
}

async function relay(socket: Socket, port: number): Promise<void> {
  socket.on('error', () => {});
  try {
    await splice(socket, await connectLoopback(port));
  } catch {
    socket.resetAndDestroy();
  }
}

/** The address that the connection was meant for is its local one. */
function refuse(socket: Socket, port: number, say: (place: string) => void): void {
  const { localAddress = '' } = socket;
  socket.on('error', () => {});
  socket.resetAndDestroy();
  if (!localAddress.startsWith('127.')) say(`${localAddress}:${port}`);
}

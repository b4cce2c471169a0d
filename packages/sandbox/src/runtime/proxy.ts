import type { Socket } from 'node:net';
import { listenOnLoopback, splice, type WorkloadNetwork } from '@meshbed/core';
import { acceptSocks5, socksReply } from '@meshbed/hbone';

/** Where a task's agent serves its role's credentials. */
const taskCredentials = { host: '169.254.170.2', port: 80 };

const everyScheme = ['ALL_PROXY', 'all_proxy'];
const exceptions = { NO_PROXY: '', no_proxy: '' };

/** Every variable that decides how a command gets to the network. */
export const proxyNames: readonly string[] = [
  ...everyScheme,
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  ...Object.keys(exceptions),
];

/** What curl looks at before `ALL_PROXY`. */
const preferred = new Set(['all_proxy', 'http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']);

export interface Command {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** Where ztunnel takes connections of its workload by SOCKS; no setting changes it. */
const ztunnelPort = 15_080;
const ztunnelEntry = /(?<![\d.])(?:127\.0\.0\.1|localhost):15080(?!\d)/g;

/** Nobody can listen there without being root: connecting is refused, as it is where the command thinks it is. */
const closedPort = 1;

/** How long Linux tries to connect: a command's own limit comes first. */
const connectTimeoutMs = 127_000;

/** What this needs of a workload's network; without `isListening` a port is tried by connecting. */
type EntryNetwork = Pick<WorkloadNetwork, 'connect' | 'connectDirect'> & { isListening?: (port: number) => boolean };

interface Place {
  host: string;
  port: number;
}

/**
 * How commands of users get into a workload's network: they are real processes outside of it, so their proxy variables
 * lead to a port of 127.0.0.1 that belongs to the workload. A proxy that the container sets itself (an ECS task's
 * `ALL_PROXY=socks5h://127.0.0.1:15080`) keeps its meaning: it leads to that place as seen from inside the workload.
 */
export class ProxyEntry implements AsyncDisposable {
  readonly #network: EntryNetwork;
  readonly #open = new Map<string, Promise<AsyncDisposable & { port: number }>>();

  constructor(network: EntryNetwork) {
    this.#network = network;
  }

  /** A container's variables as a command outside needs them. */
  async environment(env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    return { ...(await this.#withCredentials(env)), ...(await this.#proxies(env)) };
  }

  /**
   * A command that names ztunnel's entry itself, as in `ALL_PROXY=socks5h://127.0.0.1:15080 curl …`, means that of the
   * workload. Variables that a client would prefer to that one go. What is typed into a shell later is not looked at.
   */
  async command(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Command> {
    if (!command.some((argument) => argument.search(ztunnelEntry) >= 0)) return { command, env };
    const port = await this.#bridgeTo({ host: '127.0.0.1', port: ztunnelPort });
    return {
      command: command.map((argument) => argument.replaceAll(ztunnelEntry, `127.0.0.1:${port}`)),
      env: Object.fromEntries(Object.entries(env).filter(([name]) => !preferred.has(name))),
    };
  }

  /**
   * Link-local addresses of this machine must stay untouched: credentials come over a port of 127.0.0.1. The relative
   * address goes, since SDKs look at it first.
   */
  async #withCredentials({
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path,
    ...env
  }: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    if (path === undefined) return env;
    const port = await this.#bridgeTo(taskCredentials);
    return { ...env, AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}${path}` };
  }

  /** There are no exceptions: what goes past the proxies would leave this machine. */
  async #proxies(env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const own = proxyNames.filter((name) => env[name] && !(name in exceptions));
    const rewritten = Object.fromEntries(
      await Promise.all(own.map(async (name) => [name, await this.#rewritten(env[name] ?? '')] as const)),
    ) as Record<string, string>;
    if (everyScheme.some((name) => name in rewritten)) return { ...rewritten, ...exceptions };
    const { port } = await this.#entry('network', (socket) => void this.#intoNetwork(socket));
    const others = proxyNames.filter((name) => !own.some((each) => each.toLowerCase() === name.toLowerCase()));
    const all = Object.fromEntries(others.map((name) => [name, `socks5h://127.0.0.1:${port}`]));
    return { ...all, ...rewritten, ...exceptions };
  }

  async #rewritten(value: string): Promise<string> {
    const url = new URL(value.includes('://') ? value : `http://${value}`);
    const port = Number(url.port || '1080');
    url.port = String(await this.#bridgeTo({ host: url.hostname, port }));
    url.hostname = '127.0.0.1';
    return url.href.replace(/\/$/, '');
  }

  /** A port of this machine that leads to `place` as the workload reaches it; the closed port when nothing inside listens. */
  async #bridgeTo(place: Place): Promise<number> {
    if (isInside(place.host) && !(await this.#answers(place))) return closedPort;
    const entry = await this.#entry(`${place.host}:${place.port}`, (socket) => void this.#bridge(socket, place));
    return entry.port;
  }

  async #answers({ host, port }: Place): Promise<boolean> {
    if (this.#network.isListening && isLoopback(host)) return this.#network.isListening(port);
    try {
      (await this.#network.connectDirect(host, port)).destroy();
      return true;
    } catch {
      return false;
    }
  }

  #entry(key: string, accept: (socket: Socket) => void) {
    const entry = this.#open.get(key) ?? listenOnLoopback(accept);
    this.#open.set(key, entry);
    return entry;
  }

  async #bridge(socket: Socket, { host, port }: Place): Promise<void> {
    try {
      await splice(socket, await this.#network.connectDirect(host, port, { signal: signalOf(socket) }));
    } catch {
      socket.resetAndDestroy();
    }
  }

  async #intoNetwork(socket: Socket): Promise<void> {
    const request = await acceptSocks5(socket).catch(() => undefined);
    if (!request) return void socket.destroy();
    const { host, port, reply } = request;
    try {
      const options = { signal: signalOf(socket), timeoutMs: connectTimeoutMs };
      const upstream = await this.#network.connect(host, port, options);
      reply(socksReply.succeeded);
      await splice(socket, upstream);
    } catch (error) {
      reply(replyFor((error as { code?: string }).code));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const entries = await Promise.all(this.#open.values());
    await Promise.all(entries.map((entry) => entry[Symbol.asyncDispose]()));
  }
}

const isLoopback = (host: string) => host === 'localhost' || host.startsWith('127.');
const isInside = (host: string) => isLoopback(host) || host.startsWith('169.254.');

/** Aborts when the command hangs up. */
function signalOf(socket: Socket): AbortSignal {
  const ended = new AbortController();
  if (socket.destroyed) ended.abort();
  socket.once('close', () => ended.abort(new Error('the command closed its connection')));
  return ended.signal;
}

function replyFor(code: string | undefined): (typeof socksReply)[keyof typeof socksReply] {
  if (code === 'ENOTFOUND' || code === 'EHOSTUNREACH') return socksReply.hostUnreachable;
  return code === 'ECONNREFUSED' ? socksReply.connectionRefused : socksReply.networkUnreachable;
}

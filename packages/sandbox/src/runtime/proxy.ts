import type { Socket } from 'node:net';
import { acceptSocks5, socksReply, splice } from '@meshbed/hbone';
import type { FabricNetwork } from './network.ts';
import { listenOnLoopback } from './loopback.ts';

/** Where a task's agent serves its role's credentials. */
const taskCredentials = { host: '169.254.170.2', port: 80 };

const proxyNames = ['ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'];

/**
 * How commands of users get into a workload's network: they are real processes outside of it, so their proxy variables
 * lead to a port of 127.0.0.1 that belongs to the workload. A variable that the container sets itself (an ECS task's
 * `ALL_PROXY=socks5h://127.0.0.1:15080`) keeps its meaning: it leads to that port inside the workload.
 */
export class ProxyEntry implements AsyncDisposable {
  readonly #network: FabricNetwork;
  readonly #open = new Map<number | 'network' | 'credentials', Promise<AsyncDisposable & { port: number }>>();

  constructor(network: FabricNetwork) {
    this.#network = network;
  }

  /** The variables that a command needs instead of those of its container's `env`. */
  async variables(env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    return { ...(await this.#proxies(env)), ...(await this.#credentials(env)) };
  }

  /** Link-local addresses of this machine must stay untouched: credentials come over a port of 127.0.0.1. */
  async #credentials(env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
    if (relative === undefined) return {};
    const entry = await this.#entry('credentials', (socket) => void this.#bridge(socket, taskCredentials));
    return {
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${entry.port}${relative}`,
    };
  }

  async #proxies(env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const own = proxyNames.filter((name) => env[name] !== undefined);
    if (own.length > 0) return Object.fromEntries(await Promise.all(own.map((name) => this.#rewritten(name, env))));
    const { port } = await this.#entry('network', (socket) => this.#intoNetwork(socket));
    return {
      ...Object.fromEntries(proxyNames.map((name) => [name, `socks5h://127.0.0.1:${port}`])),
      NO_PROXY: '',
      no_proxy: '',
    };
  }

  async #rewritten(name: string, env: Readonly<Record<string, string>>): Promise<[string, string]> {
    const url = new URL(env[name] ?? '');
    const inside = Number(url.port);
    url.port = String(await this.#portInside(inside));
    return [name, url.href.replace(/\/$/, '')];
  }

  /** Nothing inside listens there: a port of this machine that can't be open to us either, so that connecting is refused. */
  async #portInside(inside: number): Promise<number> {
    if (!this.#network.isListening(inside)) return 1;
    const entry = await this.#entry(inside, (socket) => void this.#bridge(socket, { host: '127.0.0.1', port: inside }));
    return entry.port;
  }

  #entry(key: number | 'network' | 'credentials', accept: (socket: Socket) => void) {
    const existing = this.#open.get(key);
    if (existing) return existing;
    const entry = listenOnLoopback(accept);
    this.#open.set(key, entry);
    return entry;
  }

  async #bridge(socket: Socket, { host, port }: { host: string; port: number }): Promise<void> {
    try {
      await splice(socket, await this.#network.connectDirect(host, port));
    } catch {
      socket.resetAndDestroy();
    }
  }

  #intoNetwork(socket: Socket): void {
    void acceptSocks5(socket).then(
      async ({ host, port, reply }) => {
        try {
          const upstream = await this.#network.connect(host, port);
          reply(socksReply.succeeded);
          await splice(socket, upstream);
        } catch (error) {
          reply(replyFor((error as { code?: string }).code));
        }
      },
      () => socket.destroy(),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const entries = await Promise.all(this.#open.values());
    await Promise.all(entries.map((entry) => entry[Symbol.asyncDispose]()));
  }
}

function replyFor(code: string | undefined): (typeof socksReply)[keyof typeof socksReply] {
  if (code === 'ENOTFOUND' || code === 'EHOSTUNREACH') return socksReply.hostUnreachable;
  return code === 'ECONNREFUSED' ? socksReply.connectionRefused : socksReply.networkUnreachable;
}

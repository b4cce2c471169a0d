import type { Socket } from 'node:net';
import { acceptSocks5, splice } from '@meshbed/hbone';
import type { FabricNetwork } from './network.ts';
import { listenOnLoopback } from './loopback.ts';

const proxyNames = ['ALL_PROXY', 'all_proxy', 'HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'];

/**
 * How commands of users get into a workload's network: they are real processes outside of it, so their proxy variables
 * lead to a port of 127.0.0.1 that belongs to the workload. A variable that the container sets itself (an ECS task's
 * `ALL_PROXY=socks5h://127.0.0.1:15080`) keeps its meaning: it leads to that port inside the workload.
 */
export class ProxyEntry implements AsyncDisposable {
  readonly #network: FabricNetwork;
  readonly #open = new Map<number | 'network', Promise<AsyncDisposable & { port: number }>>();

  constructor(network: FabricNetwork) {
    this.#network = network;
  }

  /** The proxy variables for a command whose container has `env`. */
  async variables(env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
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
    const entry = await this.#entry(inside, (socket) => void this.#bridge(socket, inside));
    return entry.port;
  }

  #entry(key: number | 'network', accept: (socket: Socket) => void) {
    const existing = this.#open.get(key);
    if (existing) return existing;
    const entry = listenOnLoopback(accept);
    this.#open.set(key, entry);
    return entry;
  }

  async #bridge(socket: Socket, port: number): Promise<void> {
    try {
      splice(socket, await this.#network.connectInside(port));
    } catch {
      socket.resetAndDestroy();
    }
  }

  #intoNetwork(socket: Socket): void {
    void acceptSocks5(socket).then(
      async ({ host, port, reply }) => {
        try {
          const upstream = await this.#network.connect(host, port);
          reply('succeeded');
          splice(socket, upstream);
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

function replyFor(code: string | undefined): 'host-unreachable' | 'connection-refused' | 'general-failure' {
  if (code === 'ENOTFOUND' || code === 'EHOSTUNREACH') return 'host-unreachable';
  return code === 'ECONNREFUSED' ? 'connection-refused' : 'general-failure';
}

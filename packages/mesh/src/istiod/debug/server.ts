/** istiod's HTTP endpoints: readiness, version, and what it knows (`/debug/…`). */
import type { Server, ServerResponse } from 'node:http';
import { createServer } from '@meshbed/core/http';
import type { Socket } from 'node:net';
import type { XdsServer } from '../../xds/index.ts';
import type { EcsStatus } from '../ecs/discovery.ts';
import type { RemoteStatus } from '../remote/cluster.ts';

export interface DebugOptions {
  isReady: () => boolean;
  version: string;
  xds: XdsServer;
  ecs: () => EcsStatus;
  /** The other clusters of the mesh. */
  remotes: () => readonly RemoteStatus[];
}

/** One proxy's streams, `istioctl proxy-status` reads it. */
export interface ProxySync {
  proxy: string;
  cluster: string;
  version: string;
  types: Record<string, { sent: string; acknowledged: string; error?: string }>;
}

export class DebugServer implements Disposable {
  readonly #server: Server;

  constructor(options: DebugOptions) {
    const routes: Record<string, () => { status: number; body: unknown }> = {
      '/ready': () =>
        options.isReady() ? { status: 200, body: {} } : { status: 503, body: { error: 'not synced yet' } },
      '/version': () => ({ status: 200, body: { version: options.version } }),
      '/debug/syncz': () => ({ status: 200, body: syncz(options.xds) }),
      '/debug/ecs': () => ({ status: 200, body: options.ecs() }),
      '/debug/clusterz': () => ({ status: 200, body: options.remotes() }),
    };
    this.#server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://istiod').pathname;
      const { status, body } = routes[path]?.() ?? { status: 404, body: { paths: Object.keys(routes) } };
      answer(response, status, body);
    });
  }

  accept(socket: Socket): void {
    socket.on('error', () => {});
    this.#server.emit('connection', socket);
  }

  [Symbol.dispose](): void {
    this.#server.closeAllConnections();
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body, undefined, 2)}\n`);
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

function syncz({ connections }: XdsServer): ProxySync[] {
  return [...connections].map(({ nodeId, metadata, subscriptions }) => ({
    proxy: nodeId.split('~')[2] ?? nodeId,
    cluster: text(metadata['CLUSTER_ID']),
    version: text(metadata['ISTIO_VERSION']) || 'unknown',
    types: Object.fromEntries(
      [...subscriptions].map(([url, { nonce, acknowledged, lastError }]) => [
        url,
        { sent: nonce, acknowledged, ...(lastError === undefined ? {} : { error: lastError }) },
      ]),
    ),
  }));
}

import { createServer } from '@meshbed/core/http';
import type { Socket } from 'node:net';
import type { LinkLocalService, WorkloadSpec } from '@meshbed/core';
import { LoopbackPort } from './loopback.ts';

/** The link-local HTTP services of one workload (task credentials), opened when first asked. */
export class LinkLocalServices implements AsyncDisposable {
  readonly #services: WorkloadSpec['linkLocal'];
  readonly #ports = new Map<string, LoopbackPort>();

  constructor(services: WorkloadSpec['linkLocal']) {
    this.#services = services;
  }

  connect(ip: string, port: number): Promise<Socket> | undefined {
    const key = `${ip}:${port}`;
    const service = this.#services.get(key);
    if (!service) return undefined;
    const open = this.#ports.get(key) ?? new LoopbackPort(serve(service));
    this.#ports.set(key, open);
    return open.connect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#ports.values()].map((port) => port[Symbol.asyncDispose]()));
  }
}

function serve(service: LinkLocalService): (socket: Socket) => void {
  const server = createServer((request, response) => {
    const headers = request.headers as Record<string, string>;
    service({ method: request.method ?? 'GET', path: request.url ?? '/', headers }).then(
      ({ status, body, contentType }) => response.writeHead(status, { 'content-type': contentType }).end(body),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  return (socket) => void server.emit('connection', socket);
}

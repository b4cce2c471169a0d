import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { AzureCloud, AzureOptions } from './server.ts';
import { stages } from './transitions.ts';
import { latencyOf, strangerReason } from '@meshbed/core';

export interface AzureServerOptions extends Omit<AzureOptions, 'url'> {
  /** Valid for localhost and 127.0.0.1. */
  tls: { key: string; cert: string };
  /** Default: a free one. */
  port?: number;
}

export interface AzureServer extends AsyncDisposable {
  /** `https://localhost:port`: the Resource Manager, and Entra ID's authority. */
  url: string;
  /** What answers; loaded with the first request, since most sandboxes never see one. */
  cloud(): Promise<AzureCloud>;
}

/** Listens on 127.0.0.1. */
export async function startAzureServer({ tls, port = 0, ...options }: AzureServerOptions): Promise<AzureServer> {
  let loaded: Promise<AzureCloud> | undefined;
  const load = () =>
    (loaded ??= import('./server.ts').then(({ createAzureCloud }) => createAzureCloud({ ...options, url: () => url })));
  const latencyMs = latencyOf(options.profile, stages['azure-call']?.['sent']);
  const server = createServer(tls, (request, response) => {
    const reason = strangerReason(request.headers);
    if (reason !== undefined) return void response.writeHead(403).end(`${reason}\n`);
    serve(request, response, async () => {
      if (latencyMs > 0) await options.clock.sleep(latencyMs);
      return load();
    }).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    cloud: load,
    async [Symbol.asyncDispose]() {
      (await loaded)?.[Symbol.dispose]();
      await close(server);
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  load: () => Promise<AzureCloud>,
): Promise<void> {
  const content = await text(request);
  const { pathname, searchParams } = new URL(`https://localhost/${(request.url ?? '/').replace(/^\/+/, '')}`);
  const { status, headers, body } = await (
    await load()
  ).handle({
    method: request.method ?? 'GET',
    // Clients whose endpoint ends in a slash ask for //subscriptions, `az resource` for providers/NAMESPACE//TYPE.
    path: pathname.replaceAll(/\/{2,}/g, '/'),
    query: searchParams,
    headers: request.headers,
    text: content,
  });
  const sent = body === undefined || request.method === 'HEAD' ? '' : JSON.stringify(body);
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(sent) }).end(sent);
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

import { createServer } from '@meshbed/core/http';
import type { AddressInfo } from 'node:net';
import { adminUser } from '../auth/index.ts';
import type { SubresourceRequest } from '../server/subresource.ts';
import { ApiError } from '../store/index.ts';
import { streamHandlers } from '../streams/index.ts';
import type { TestCluster } from './controlled-cluster.ts';

export interface StreamServer extends AsyncDisposable {
  port: number;
}

const parse = (url = ''): { key: string; pod: string; query: URLSearchParams } => {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, pod = '', subresource = ''] = pathname.split('/');
  return { key: `pods/${subresource}`, pod, query: searchParams };
};

/** Serves `/POD/SUBRESOURCE?…` of pods in `default` over plain HTTP: the streams without the API server around them. */
export async function streamServer(test: TestCluster): Promise<StreamServer> {
  const build = (request: SubresourceRequest['request']) => {
    const { key, pod, query } = parse(request.url);
    return {
      handler: streamHandlers[key],
      subresource: { cluster: test.cluster, object: test.get('pods', pod), query, user: adminUser, request },
    };
  };
  const server = createServer((request, response) => {
    const { handler, subresource } = build(request);
    handler?.respond?.(subresource, response).catch((error: unknown) => {
      response.writeHead(error instanceof ApiError ? error.code : 500).end(String(error));
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const { handler, subresource } = build(request);
    const refuse = (error: unknown) =>
      socket.end(`HTTP/1.1 ${error instanceof ApiError ? error.code : 500} Refused\r\n\r\n${String(error)}`);
    try {
      handler?.upgrade?.(subresource, socket, head).catch(refuse);
    } catch (error) {
      refuse(error);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

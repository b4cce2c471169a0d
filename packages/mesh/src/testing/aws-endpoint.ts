import { createServer } from '@meshbed/core/http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { FakeAws } from './fake-aws.ts';

export interface AwsEndpoint extends AsyncDisposable {
  aws: FakeAws;
  port: number;
  /** The access key that Pod Identity hands out now. */
  podKey: string;
  /** Access key → what GetCallerIdentity answers. */
  callers: Map<string, string>;
}

/** The fake AWS, and the Pod Identity agent, over HTTP on loopback. */
export async function awsEndpoint(): Promise<AwsEndpoint> {
  const aws = new FakeAws();
  const state = { aws, podKey: 'ASIApod', callers: new Map<string, string>() };
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const headers = request.headers as Record<string, string>;
      const key = /Credential=([^/]+)/.exec(headers['authorization'] ?? '')?.[1] ?? '';
      if (request.url === '/v1/credentials') {
        const Expiration = '2100-01-01T00:00:00Z';
        response.end(JSON.stringify({ AccessKeyId: state.podKey, SecretAccessKey: 's', Token: 't', Expiration }));
      } else if (body.includes('Action=GetCallerIdentity')) {
        const arn = state.callers.get(key);
        response.writeHead(arn ? 200 : 403).end(`<Arn>${arn ?? ''}</Arn>`);
      } else {
        const answer = aws.answer({ headers, body });
        response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' }).end(answer.body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { createServer } from '@meshbed/core/http';
import type { AddressInfo } from 'node:net';
import type { Instance } from './instance.ts';

export interface ControlOptions {
  secret: string;
  /** What `GET /health` answers. */
  health: object;
  stop: () => void;
}

export interface Control extends AsyncDisposable {
  url: string;
}

/** A port of its own for commands that look after the sandbox: who asks must know the secret of the locator file. */
export async function startControl({ secret, health, stop }: ControlOptions): Promise<Control> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    // A web page can reach the port too, but under another host name or without the secret.
    if (request.headers.host !== hostOf(server) || !isAuthorized(request, secret)) return answer(403, {});
    switch (`${request.method} ${request.url}`) {
      case 'GET /health':
        return answer(200, health);
      case 'POST /stop':
        answer(202, {});
        return stop();
      default:
        return answer(404, {});
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://${hostOf(server)}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const hostOf = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

function isAuthorized({ headers }: IncomingMessage, secret: string): boolean {
  const [given, wanted] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Bearer ${secret}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const answersWithinMs = 5000;

/** Whether the instance itself answers, not only some process with its number. */
export async function answers(instance: Instance): Promise<boolean> {
  return (await ask(instance, 'GET', 'health')) === 200;
}

export async function askToStop(instance: Instance): Promise<boolean> {
  return (await ask(instance, 'POST', 'stop')) === 202;
}

async function ask({ urls, secret }: Instance, method: string, path: string): Promise<number | undefined> {
  const headers = { authorization: `Bearer ${secret}` };
  const signal = AbortSignal.timeout(answersWithinMs);
  return fetch(`${urls.control}/${path}`, { method, headers, signal }).then(
    ({ status }) => status,
    () => undefined,
  );
}

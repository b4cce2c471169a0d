import type { Server } from 'node:http';
import { createServer, get } from './http.ts';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from './clock.ts';

/** Lets other processes of the same world wait by `clock`. */
export async function shareClock(clock: Clock): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const ms = Number(new URLSearchParams(request.url?.split('?')[1]).get('sleep') ?? 0);
    clock.sleep(ms, gone.signal).then(
      () => response.end(String(clock.now())),
      () => {}, // nobody waits any more
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: () => close(server) };
}

/** The clock that another process shares. Between its sleeps it moves with the wall clock. */
export async function connectClock(url: string): Promise<Clock> {
  let offsetMs = 0;
  const sleep: Clock['sleep'] = async (ms, signal) => {
    offsetMs = Number(await ask(`${url}?sleep=${ms}`, signal)) - systemClock.now();
  };
  await sleep(0);
  return {
    now: () => systemClock.now() + offsetMs,
    sleep,
    after(ms, action) {
      const disposed = new AbortController();
      sleep(ms, disposed.signal).then(action, () => {});
      return { [Symbol.dispose]: () => disposed.abort() };
    },
  };
}

function ask(url: string, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(signal?.aborted ? (signal.reason as Error) : error);
    const asked = get(url, { agent: false, ...(signal ? { signal } : {}) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text)).on('error', fail);
    });
    asked.on('error', fail);
  });
}

const close = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

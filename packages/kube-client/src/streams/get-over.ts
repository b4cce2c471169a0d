import { request } from '@meshbed/core/http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Duplex } from 'node:stream';

/** One HTTP request over a connection that exists already; returns the body. */
export function getOver(
  stream: Duplex,
  options: { path: string; headers: Readonly<Record<string, string>> },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ ...options, createConnection: () => stream as Socket }, (answer) => {
      text(answer).then(resolve, reject);
    });
    call.on('error', reject).end();
  });
}

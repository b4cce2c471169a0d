import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@meshbed/core';
import { Authority, createKeyPair, publicKeyDer } from '@meshbed/x509';
import { expect, onTestFinished, test } from 'vitest';
import { Https } from './http.ts';

/** Resets the connection instead of the answers that `resets` names, counted from 1. */
async function serverThatResets(...resets: number[]) {
  const nowMs = systemClock.now();
  const authority = new Authority({ commonName: 'test', nowMs });
  const { privateKey, publicKey } = createKeyPair();
  const names = { ips: ['127.0.0.1'] };
  const cert = authority.issue({ publicKey: publicKeyDer(publicKey), names, ttlMs: 60_000, nowMs });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  let requests = 0;
  const server = createServer({ key, cert }, ({ socket }, response) => {
    if (resets.includes(++requests)) socket.destroy();
    else response.end(String(requests));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const https = new Https(authority.rootPem);
  onTestFinished(() => {
    https[Symbol.dispose]();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return () => https.call({ method: 'GET', url: `https://127.0.0.1:${port}/` });
}

test('https: a kept connection that the server closes is no failure of the request', async () => {
  const ask = await serverThatResets(2);
  expect((await ask()).body).toBe(1);
  expect((await ask()).body).toBe(3);
});

test('https: a new connection that the server closes is one', async () => {
  const ask = await serverThatResets(1);
  await expect(ask()).rejects.toThrow('socket hang up');
});

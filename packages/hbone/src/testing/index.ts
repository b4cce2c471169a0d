/** For tests: real sockets on loopback, and certificates from an authority of their own. */
import { Authority, createKeyPair, privateKeyPem, publicKeyDer } from '@meshbed/x509';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
export { socketPair } from '../loopback/index.ts';
import type { TlsMaterial } from '../tls/material.ts';

export const testTime: number = Date.now();

export const testAuthority = (commonName = 'root', parent?: Authority): Authority =>
  new Authority({ commonName, nowMs: testTime }, parent);

export interface MaterialOptions {
  uris: string[];
  ttlMs?: number;
  /** In place of the issuing authority's root. */
  rootsPem?: string;
  generation?: number;
}

/** A workload's material from `authority`. */
export function testMaterial(authority: Authority, options: MaterialOptions): TlsMaterial {
  const keys = createKeyPair();
  const leaf = authority.issue({
    publicKey: publicKeyDer(keys.publicKey),
    names: { uris: options.uris },
    ttlMs: options.ttlMs ?? 3_600_000,
    nowMs: testTime - ((options.ttlMs ?? 1) < 0 ? 3_600_000 : 0),
  });
  return {
    certChainPem: [leaf, ...authority.intermediatesPem].join(''),
    privateKeyPem: privateKeyPem(keys.privateKey),
    rootsPem: options.rootsPem ?? authority.rootPem,
    generation: options.generation ?? 1,
  };
}

/** A listener on a free loopback port. */
export async function listenOnLoopback(accept: (socket: Socket) => void): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    accept(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export async function connectToLoopback(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
  await once(socket, 'connect');
  socket.on('error', () => {});
  return socket;
}

export type Ending = { how: 'end' | 'reset' | 'error'; text: string };

/** Everything that arrives until the stream ends, and how it ended. */
export function ending(socket: Socket): Promise<Ending> {
  let text = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.once('end', () => resolve({ how: 'end', text }));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ how: error.code === 'ECONNRESET' ? 'reset' : 'error', text }),
    );
    socket.once('close', () => resolve({ how: 'error', text }));
  });
}

/** The next piece that arrives. */
export async function nextText(socket: NodeJS.ReadableStream): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

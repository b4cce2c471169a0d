/** For tests: real sockets on loopback, and certificates from an authority of their own. */
import { Authority, createKeyPair, privateKeyPem, publicKeyDer } from '@meshbed/x509';
import { connectLoopback } from '@meshbed/core';
import type { Socket } from 'node:net';
import type { TlsMaterial } from '../tls/material.ts';

export { listenOnLoopback, socketPair } from '@meshbed/core';
export { type Ending, ending, nextText } from '@meshbed/core/testing';

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

/** With half-close, as a proxy needs it. */
export const connectToLoopback = (port: number): Promise<Socket> => connectLoopback(port, { allowHalfOpen: true });

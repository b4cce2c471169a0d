import type { Clock } from '@meshbed/core';
import {
  type Authority,
  credentialsOf,
  formatIdentity,
  HboneConnection,
  HboneError,
  type HbonePool,
  isAddress,
  type SpiffeIdentity,
  type TlsMaterial,
} from '@meshbed/hbone';
import type { Duplex } from 'node:stream';
import type { Proxied } from '../proxied.ts';
import type { Route } from './route.ts';

/** An open way to the destination. */
export interface Hop {
  stream: Duplex;
  /** The peer that mutual TLS proved, of the inner tunnel when there are two. */
  peerIdentity?: string;
  /** What we proved to it. */
  sourceIdentity?: string;
}

const connectTimeoutMs = 10_000;

export interface HopContext {
  proxied: Proxied;
  pool: HbonePool;
  headers: Record<string, string>;
}

/** Goes the way of `route`. @throws HboneError, or the network's error for plain TCP. */
export async function openHop(route: Exclude<Route, { kind: 'none' }>, context: HopContext): Promise<Hop> {
  switch (route.kind) {
    case 'passthrough':
    case 'tcp': {
      const { host, port } = route.target;
      return { stream: await context.proxied.network.connectDirect(host, port, { timeoutMs: connectTimeoutMs }) };
    }
    case 'hbone':
      return openTunnel(route.hop, route, context);
    case 'double-hbone':
      return openDoubleTunnel(route, context);
  }
}

interface Towards {
  authority: Authority;
  expected: readonly string[];
}

async function openTunnel(hop: { ip: string; port: number }, { authority, expected }: Towards, context: HopContext) {
  const { proxied, pool, headers } = context;
  const material = await materialOf(proxied);
  const { stream, peerIdentity } = await pool.open({
    material,
    address: hop,
    expectedIdentities: expected,
    authority,
    headers,
    sourceIp: proxied.network.ip,
  });
  return { stream, ...identities(material, peerIdentity) };
}

const identities = (material: TlsMaterial, peer: SpiffeIdentity) => ({
  peerIdentity: formatIdentity(peer),
  sourceIdentity: formatIdentity(credentialsOf(material).identity),
});

/** A tunnel to the gateway, shared, and in it one of our own to the destination, which the gateway can't read. */
async function openDoubleTunnel(route: Extract<Route, { kind: 'double-hbone' }>, context: HopContext): Promise<Hop> {
  const { proxied, headers } = context;
  const { authority, hop, outerExpected, innerExpected } = route;
  const gateway = { ip: await addressOf(hop.host, proxied), port: hop.port };
  const outer = await openTunnel(gateway, { authority, expected: outerExpected }, context);
  return innerTunnel(outer.stream, {
    material: await materialOf(proxied),
    clock: proxied.clock,
    expectedIdentities: innerExpected,
    authority: `${authority.host}:${authority.port}`,
    headers: { ...headers, 'x-forwarded-network': proxied.networkName },
  });
}

interface Inner {
  material: TlsMaterial;
  clock: Clock;
  expectedIdentities: readonly string[];
  authority: string;
  headers: Record<string, string>;
}

async function innerTunnel(socket: Duplex, { authority, headers, ...options }: Inner): Promise<Hop> {
  const connection = await HboneConnection.open({ socket, ...options });
  connection.reserve();
  connection.retire(false); // never shared
  try {
    const { stream, peerIdentity } = await connection.request(authority, headers);
    return { stream, ...identities(options.material, peerIdentity) };
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

async function materialOf(proxied: Proxied): Promise<TlsMaterial> {
  try {
    return await proxied.certificate.get();
  } catch (error) {
    throw new HboneError('TLS', `identity error: ${(error as Error).message}`, { cause: error });
  }
}

async function addressOf(host: string, { network }: Proxied): Promise<string> {
  if (isAddress(host)) return host;
  const [ip] = await network.resolve(host);
  if (ip === undefined) throw new HboneError('DIAL', `the name of the gateway is unknown: ${host}`);
  return ip;
}

import { systemClock } from '@meshbed/core';
import { Authority, createKeyPair, privateKeyPem, publicKeyDer } from '@meshbed/x509';
import { certificateService } from '../certificates/index.ts';
import { Code, GrpcError, GrpcServer, type Transport } from '../grpc/index.ts';
import { AuthorizationSchema } from '../proto/gen/istio/authorization_pb.ts';
import { AddressSchema } from '../proto/gen/istio/workload_pb.ts';
import { ResourceType, XdsServer } from '../xds/index.ts';
import { type Loopback, loopback } from './loopback.ts';

export const servername = 'istiod.istio-system.svc';

export interface TestControlPlane extends AsyncDisposable {
  root: Authority;
  signing: Authority;
  addresses: ResourceType<typeof AddressSchema>;
  authorizations: ResourceType<typeof AuthorizationSchema>;
  xds: XdsServer;
  transport: Transport;
  loopback: () => Loopback;
  /** Gives the server a certificate for another name. */
  renew(name: string): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** xDS and certificates behind TLS on loopback; `Bearer good:SPIFFE` is a valid token. */
export async function testControlPlane(): Promise<TestControlPlane> {
  const nowMs = systemClock.now();
  const root = new Authority({ commonName: 'root', nowMs });
  const signing = new Authority({ commonName: 'signing', nowMs }, root);
  const certificateFor = (name: string) => {
    const keys = createKeyPair();
    const leaf = signing.issue({
      publicKey: publicKeyDer(keys.publicKey),
      names: { dns: [name] },
      ttlMs: 864e5,
      nowMs,
    });
    return { cert: [leaf, ...signing.intermediatesPem].join(''), key: privateKeyPem(keys.privateKey) };
  };
  const authorizations = new ResourceType(AuthorizationSchema);
  const addresses = new ResourceType(AddressSchema);
  const identify = async (headers: Readonly<Record<string, unknown>>) => {
    const spiffe = /^Bearer good:(.+)$/.exec(String(headers['authorization']))?.[1];
    if (!spiffe) throw new GrpcError(Code.unauthenticated, 'no valid token — größer');
    return spiffe;
  };
  const xds = new XdsServer({
    types: [authorizations, addresses],
    clock: systemClock,
    quietMs: 2,
    maxWaitMs: 100,
    authorize: async (headers) => void (await identify(headers)),
  });
  const server = new GrpcServer({
    ...certificateFor(servername),
    routes: [xds.route, certificateService({ issuer: () => signing, clock: systemClock, identify })],
    clock: systemClock,
  });
  let listener = await loopback((socket) => server.accept(socket));
  return {
    root,
    signing,
    addresses,
    authorizations,
    xds,
    transport: { dial: () => listener.dial(), ca: root.rootPem, servername, clock: systemClock },
    loopback: () => listener,
    renew: (name) => server.renew(certificateFor(name)),
    stop: async () => listener[Symbol.asyncDispose](),
    start: async () => void (listener = await loopback((socket) => server.accept(socket))),
    async [Symbol.asyncDispose]() {
      server[Symbol.dispose]();
      await listener[Symbol.asyncDispose]();
    },
  };
}

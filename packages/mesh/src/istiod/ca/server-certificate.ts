import { isIP } from 'node:net';
import { createKeyPair, type Issuer, privateKeyPem, publicKeyDer } from '@meshbed/x509';

const lifetimeMs = 10 * 365 * 86_400_000;

/** What istiod shows on 15012: its service's names, and the addresses of gateways in front of it. */
export function serverCertificate(
  issuer: Issuer,
  { namespace, exposedAs, nowMs }: { namespace: string; exposedAs: readonly string[]; nowMs: number },
): { cert: string; key: string } {
  const keys = createKeyPair();
  const service = `istiod.${namespace}`;
  const own = [`${service}.svc`, `${service}.svc.cluster.local`, service, 'istiod'];
  const leaf = issuer.issue({
    publicKey: publicKeyDer(keys.publicKey),
    names: {
      dns: [...own, ...exposedAs.filter((name) => isIP(name) === 0)],
      ips: exposedAs.filter((name) => isIP(name) !== 0),
    },
    ttlMs: lifetimeMs,
    nowMs,
  });
  return { cert: [leaf, ...issuer.intermediatesPem].join(''), key: privateKeyPem(keys.privateKey) };
}

import { X509Certificate } from 'node:crypto';
import type { Clock } from '@meshbed/core';
import { MeshbedError, messageOf } from '@meshbed/core';
import {
  Authority,
  createKeyPair,
  type Issuer,
  type IssuerFiles,
  loadIssuer,
  privateKeyPem,
  splitPem,
} from '@meshbed/x509';
import { hasStatus, type KubeApi, resources, typeOf } from '@meshbed/kube-client';
import type { Secret } from '../objects.ts';

/** Made by an operator, usually an intermediate of a common root. */
const pluggedIn = 'cacerts';
/** Made by istiod itself and kept for its next start. */
const selfSigned = 'istio-ca-secret';

export interface AuthorityOptions {
  api: KubeApi;
  clock: Clock;
  namespace: string;
  log: (message: string) => void;
}

/**
 * What istiod signs with: secret `cacerts`, else the self-signed `istio-ca-secret`, which is made when there is none.
 * @throws MeshbedError when `cacerts` is incomplete or does not fit together; KubeError.
 */
export async function loadAuthority(options: AuthorityOptions): Promise<Issuer> {
  const { api, namespace, clock, log } = options;
  const given = await api.get<Secret>(resources.secrets, pluggedIn, namespace);
  if (given) {
    log(`ca: using secret ${namespace}/${pluggedIn}`);
    return issuerOf(given, { required: ['ca-cert.pem', 'ca-key.pem', 'cert-chain.pem', 'root-cert.pem'], clock });
  }
  const own = (await api.get<Secret>(resources.secrets, selfSigned, namespace)) ?? (await createSelfSigned(options));
  log(`ca: using self-signed certificate of secret ${namespace}/${selfSigned}`);
  return issuerOf(own, { required: ['ca-cert.pem', 'ca-key.pem'], clock });
}

function issuerOf(secret: Secret, { required, clock }: { required: readonly string[]; clock: Clock }): Issuer {
  const name = `${secret.metadata.namespace}/${secret.metadata.name}`;
  const read = (key: string) => Buffer.from(secret.data?.[key] ?? '', 'base64').toString();
  const missing = required.filter((key) => read(key) === '');
  if (missing.length > 0) {
    throw new MeshbedError('user/ca-secret', `secret ${name} lacks ${missing.join(', ')}`, { object: name });
  }
  const certificatePem = read('ca-cert.pem');
  const rootPem = read('root-cert.pem') || certificatePem;
  const files: IssuerFiles = {
    certificatePem,
    privateKeyPem: read('ca-key.pem'),
    chainPem: read('cert-chain.pem'),
    rootPem,
  };
  try {
    const issuer = loadIssuer(files);
    checkTrust(files, clock.now());
    return issuer;
  } catch (cause) {
    throw new MeshbedError('user/ca-secret', `secret ${name}: ${messageOf(cause)}`, { object: name, cause });
  }
}

/** What peers would refuse is refused here, where the reason can be told. @throws Error */
function checkTrust({ certificatePem, chainPem, rootPem }: IssuerFiles, nowMs: number): void {
  const chain = [certificatePem, ...splitPem(chainPem)].map((pem) => new X509Certificate(pem));
  const expired = chain.find(({ validToDate }) => validToDate.getTime() <= nowMs);
  if (expired) throw new Error(`${expired.subject} expired on ${expired.validTo}`);
  const roots = splitPem(rootPem).map((pem) => new X509Certificate(pem));
  const signed = (by: X509Certificate) => chain.some((each) => each.checkIssued(by) && each.verify(by.publicKey));
  if (!roots.some(signed)) throw new Error('root-cert.pem does not hold the root of ca-cert.pem');
}

async function createSelfSigned({ api, clock, namespace }: AuthorityOptions): Promise<Secret> {
  const keys = createKeyPair();
  const authority = new Authority({ commonName: 'istiod', organization: 'cluster.local', nowMs: clock.now(), keys });
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const secret: Secret = {
    ...typeOf(resources.secrets),
    metadata: { name: selfSigned, namespace },
    type: 'istio.io/ca-root',
    data: {
      'ca-cert.pem': encoded(authority.certificatePem),
      'ca-key.pem': encoded(privateKeyPem(keys.privateKey)),
      'root-cert.pem': encoded(authority.rootPem),
    },
  };
  try {
    return await api.create(secret);
  } catch (error) {
    const winner = hasStatus(error, 409) && (await api.get<Secret>(resources.secrets, selfSigned, namespace));
    if (!winner) throw error;
    return winner; // another istiod was faster
  }
}

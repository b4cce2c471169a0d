import { X509Certificate } from 'node:crypto';
import { createKeyPair, createRequest, privateKeyPem } from '@meshbed/x509';
import { type CallOptions, Channel, type Metadata, type Transport } from '../grpc/index.ts';
import { IstioCertificateService } from '../proto/gen/istio/certificate_pb.ts';

export interface CertificateRequest extends Transport {
  /** The identity to ask for; the authority decides by the credentials in `metadata`. */
  spiffe: string;
  /** Set by a shared ztunnel, which asks in the name of a pod on its node. */
  impersonate?: boolean;
  /** Asked for every request anew: tokens rotate. */
  metadata: () => Promise<Metadata>;
  /** Default: one day, as ztunnel asks for. */
  ttlSeconds?: number;
}

export interface WorkloadCertificate {
  /** Leaf and intermediates. */
  certChainPem: string;
  privateKeyPem: string;
  rootsPem: string;
  /** The identity that the authority gave. */
  spiffe: string;
  serialNumber: string;
  notBeforeMs: number;
  notAfterMs: number;
}

const day = 86_400;
const callTimeoutMs = 5000;

/** Makes a key, has it signed, checks the answer. @throws GrpcError of the call; Error for an answer that ztunnel refuses, too. */
export async function requestCertificate(request: CertificateRequest): Promise<WorkloadCertificate> {
  const { spiffe, impersonate = false, ttlSeconds = day } = request;
  const keys = createKeyPair();
  using channel = await Channel.connect(request);
  const options: CallOptions = { metadata: await request.metadata(), timeoutMs: callTimeoutMs };
  const { certChain } = await channel.unary(
    IstioCertificateService.method.createCertificate,
    {
      csr: createRequest(keys, { uris: [spiffe] }),
      validityDuration: BigInt(ttlSeconds),
      ...(impersonate ? { metadata: { ImpersonatedIdentity: spiffe } } : {}),
    },
    options,
  );
  const certificate = read(certChain, spiffe, privateKeyPem(keys.privateKey));
  if (impersonate && certificate.spiffe !== spiffe) {
    throw new Error(`the authority certified ${certificate.spiffe} instead of ${spiffe}`);
  }
  return certificate;
}

function read(chain: readonly string[], spiffe: string, key: string): WorkloadCertificate {
  const [first] = chain;
  if (first === undefined) throw new Error(`chain returned from CA is empty for: ${spiffe}`);
  if (chain.length === 1) throw new Error('no root certificate present');
  const leaf = new X509Certificate(first);
  return {
    certChainPem: chain.slice(0, -1).join(''),
    privateKeyPem: key,
    rootsPem: chain.at(-1) ?? '',
    spiffe: /URI:(\S+?)(?:,|$)/.exec(leaf.subjectAltName ?? '')?.[1] ?? '',
    serialNumber: leaf.serialNumber.toLowerCase(),
    notBeforeMs: leaf.validFromDate.getTime(),
    notAfterMs: leaf.validToDate.getTime(),
  };
}

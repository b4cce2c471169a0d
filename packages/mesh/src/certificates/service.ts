import type { IncomingHttpHeaders } from 'node:http2';
import { type Clock, messageOf } from '@meshbed/core';
import { type Issuer, requestedKey } from '@meshbed/x509';
import { Code, GrpcError, type Route, unary } from '../grpc/index.ts';
import { type IstioCertificateRequest, IstioCertificateService } from '../proto/gen/istio/certificate_pb.ts';

const dayS = 86_400;
const longestS = 90 * dayS;

export interface CertificateServiceOptions {
  issuer: () => Issuer;
  clock: Clock;
  /**
   * The SPIFFE id for the leaf. Decided by who the caller is; `impersonated` is what a shared ztunnel asks for and must be
   * checked. Throws a GrpcError to refuse.
   */
  identify: (headers: IncomingHttpHeaders, impersonated: string | undefined) => Promise<string>;
  onIssued?: (spiffe: string, ttlS: number) => void;
  onRefused?: (error: unknown) => void;
}

/** `IstioCertificateService/CreateCertificate`: what the request says about names is never read. */
export const certificateService = (options: CertificateServiceOptions): Route =>
  unary(IstioCertificateService.method.createCertificate, async (request, { headers }) => {
    try {
      return await certify(request, headers, options);
    } catch (error) {
      options.onRefused?.(error);
      throw error;
    }
  });

async function certify(
  request: IstioCertificateRequest,
  headers: IncomingHttpHeaders,
  { issuer, clock, identify, onIssued }: CertificateServiceOptions,
) {
  const spiffe = await identify(headers, impersonatedBy(request));
  const ttlS = lifetime(request);
  const publicKey = keyOf(request.csr);
  const authority = issuer();
  const leaf = authority.issue({ publicKey, names: { uris: [spiffe] }, ttlMs: ttlS * 1000, nowMs: clock.now() });
  onIssued?.(spiffe, ttlS);
  return { certChain: [leaf, ...authority.intermediatesPem, authority.rootPem] };
}

function impersonatedBy({ metadata }: IstioCertificateRequest): string | undefined {
  const wanted = metadata?.['ImpersonatedIdentity'];
  return typeof wanted === 'string' && wanted !== '' ? wanted : undefined;
}

function lifetime({ validityDuration }: IstioCertificateRequest): number {
  const seconds = Number(validityDuration);
  if (seconds > longestS) {
    throw new GrpcError(Code.invalidArgument, `requested lifetime of ${seconds} s exceeds the longest, ${longestS} s`);
  }
  return seconds > 0 ? seconds : dayS;
}

function keyOf(csr: string): Buffer {
  try {
    return requestedKey(csr);
  } catch (cause) {
    throw new GrpcError(Code.invalidArgument, `certificate request: ${messageOf(cause)}`, { cause });
  }
}

import type { KeyObject } from 'node:crypto';
import {
  createKeyPair,
  distinguishedName,
  keyIdOf,
  type KeyPair,
  publicKeyDer,
  signCertificate,
  type SubjectAltNames,
} from './certificate.ts';
import { toPem } from './der.ts';

export const dayMs = 86_400_000;

export interface AuthorityOptions {
  commonName: string;
  organization?: string;
  validDays?: number;
  nowMs: number;
  keys?: KeyPair;
}

export interface LeafOptions {
  /** SPKI in DER. */
  publicKey: Buffer;
  commonName?: string;
  names: SubjectAltNames;
  ttlMs: number;
  nowMs: number;
}

/** Clocks of workloads may lag behind: certificates are valid from two minutes before they are made, as istiod's are. */
export const backdateMs = 120_000;

/** What signs leaves. */
export interface Issuer {
  /** PEM; its life ends with the issuer's at the latest. */
  issue(leaf: LeafOptions): string;
  /** What peers put into their trust store, one or more certificates. */
  readonly rootPem: string;
  /** From the issuer upwards without the root; what a peer sends behind its leaf. */
  readonly intermediatesPem: readonly string[];
  readonly notAfterMs: number;
}

interface SigningKey {
  subject: Buffer;
  keyId: Buffer;
  privateKey: KeyObject;
  notAfterMs: number;
}

export function issueLeaf(
  { subject, keyId, privateKey, notAfterMs }: SigningKey,
  { publicKey, commonName, names, ttlMs, nowMs }: LeafOptions,
): string {
  const certificate = signCertificate({
    issuer: subject,
    issuerKey: privateKey,
    issuerKeyId: keyId,
    ...(commonName === undefined ? {} : { subject: distinguishedName(commonName) }),
    publicKey,
    names,
    notBefore: new Date(nowMs - Math.min(backdateMs, ttlMs)),
    notAfter: new Date(Math.min(nowMs + ttlMs, notAfterMs)),
  });
  return toPem('CERTIFICATE', certificate);
}

/** A certificate authority: a root, or an intermediate below one. */
export class Authority implements Issuer {
  readonly certificatePem: string;
  readonly privateKey: KeyObject;
  readonly notAfterMs: number;
  readonly parent: Authority | undefined;
  readonly #subject: Buffer;
  readonly #keyId: Buffer;

  constructor(options: AuthorityOptions, parent?: Authority) {
    const keys = options.keys ?? createKeyPair();
    const publicKey = publicKeyDer(keys.publicKey);
    this.parent = parent;
    this.privateKey = keys.privateKey;
    this.#subject = distinguishedName(options.commonName, options.organization ?? 'cluster.local');
    this.#keyId = keyIdOf(publicKey);
    const wanted = options.nowMs + (options.validDays ?? 3650) * dayMs;
    this.notAfterMs = parent ? Math.min(wanted, parent.notAfterMs) : wanted;
    const certificate = signCertificate({
      issuer: parent ? parent.#subject : this.#subject,
      issuerKey: (parent ?? this).privateKey,
      issuerKeyId: parent ? parent.#keyId : this.#keyId,
      subject: this.#subject,
      publicKey,
      notBefore: new Date(options.nowMs - backdateMs),
      notAfter: new Date(this.notAfterMs),
      isAuthority: true,
    });
    this.certificatePem = toPem('CERTIFICATE', certificate);
  }

  /** The root's certificate: what peers put into their trust store. */
  get rootPem(): string {
    return this.parent ? this.parent.rootPem : this.certificatePem;
  }

  /** Intermediates from this one upwards, without the root. */
  get intermediatesPem(): string[] {
    return this.parent ? [this.certificatePem, ...this.parent.intermediatesPem] : [];
  }

  /** A leaf in PEM; its life ends with the authority's at the latest. */
  issue(leaf: LeafOptions): string {
    const { privateKey, notAfterMs } = this;
    return issueLeaf({ subject: this.#subject, keyId: this.#keyId, privateKey, notAfterMs }, leaf);
  }
}

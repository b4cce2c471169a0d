export { Authority, type AuthorityOptions, type Issuer, type LeafOptions } from './authority.ts';
export {
  createKeyPair,
  createRsaKeyPair,
  createRsaKeyPairAside,
  type KeyPair,
  privateKeyPem,
  publicKeyDer,
  type SubjectAltNames,
} from './certificate.ts';
export { type IssuerFiles, loadIssuer, splitPem } from './issuer.ts';
export { type IntermediateOptions, issueAuthority } from './issue-authority.ts';
export { createRequest, requestedKey } from './request.ts';

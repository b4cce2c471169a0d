export { Authority, type AuthorityOptions, type Issuer, type LeafOptions } from './authority.ts';
export {
  createKeyPair,
  createRsaKeyPair,
  type KeyPair,
  privateKeyPem,
  publicKeyDer,
  type SubjectAltNames,
} from './certificate.ts';
export { type IssuerFiles, loadIssuer, splitPem } from './issuer.ts';
export { createRequest, requestedKey } from './request.ts';

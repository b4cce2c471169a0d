export { Authority, type AuthorityOptions, type LeafOptions } from './authority.ts';
export {
  createKeyPair,
  createRsaKeyPair,
  type KeyPair,
  privateKeyPem,
  publicKeyDer,
  type SubjectAltNames,
} from './certificate.ts';
export { createRequest, requestedKey } from './request.ts';

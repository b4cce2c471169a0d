export { callerRole, withoutPath } from './role.ts';
export { boundTo, roleAnnotations, type ServiceAccountName, spiffeOf } from './service-accounts.ts';
export { identityScheme, signIdentity, type SignOptions } from './sign.ts';
export { istioAudience, reviewToken, type TokenIdentity } from './token.ts';
export { verifyIdentity, type VerifyOptions } from './verify.ts';

export { authenticate, bearerToken, type Credentials, tokenUser } from './authenticate.ts';
export { type Access, authorize, type Decision, denialText, rulesOf } from './authorize.ts';
export { bootstrapRbac } from './bootstrap.ts';
export { impersonate } from './impersonate.ts';
export { answerReview } from './reviews.ts';
export {
  apiAudience,
  type ServiceAccountIdentity,
  serviceAccountUser,
  TokenAuthority,
  tokenIssuer,
  type TokenRequest,
} from './tokens.ts';
export { adminUser, authenticatedGroup, mastersGroup, type User } from './user.ts';

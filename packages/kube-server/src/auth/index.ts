export {
  apiAudience,
  type ServiceAccountIdentity,
  serviceAccountUser,
  TokenAuthority,
  tokenIssuer,
  type TokenRequest,
} from './tokens.ts';
export { adminUser, authenticatedGroup, mastersGroup, type User } from './user.ts';

/** AWS: one set of SDK clients per account. */
export type { AwsAccess } from './access.ts';
export { createAwsClients, type AwsClients } from './clients.ts';
export { eksToken, eksTokenLifetimeMs } from './eks-token.ts';
export {
  configuredEndpoint,
  openProfile,
  profileCredentials,
  usualCredentials,
  type OwnProfile,
  type ProfileOptions,
} from './profiles.ts';
export { errorCode, isAlreadyThere, isNotFound } from './errors.ts';

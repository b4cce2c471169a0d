export { type AssumeRoleOptions, assumedRole, type AwsAccess, clientOptions, networkHandler } from './client.ts';
export { containerCredentials } from './container.ts';
export { type AwsCredentials, CachedCredentials, type CredentialsSource } from './credentials.ts';

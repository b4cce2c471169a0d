export { type Credential, CredentialStore } from './credentials.ts';
export { type AwsService, type Principal, type RoleSession, serviceOf, type User } from './principals.ts';
export { type AccountOptions, seedAccounts } from './seed.ts';
export { type SessionRequest, SessionStore } from './sessions.ts';
export { type StateClass, Stores } from './stores.ts';

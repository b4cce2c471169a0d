export type { AccountOptions, Principal, RoleSession, SessionStore } from './accounts/index.ts';
export { serviceOf } from './accounts/index.ts';
export { type ClusterAccess, clusterAccess } from './eks/access.ts';
export type { Context, Invoke, World } from './context.ts';
export { AwsError } from './errors.ts';
export type * from './hosts.ts';
export type { UpgradeHandler, Upgrades } from './http.ts';
export { type AwsServer, type AwsServerOptions, startAwsServer } from './server.ts';
export type { Profile } from './transitions.ts';

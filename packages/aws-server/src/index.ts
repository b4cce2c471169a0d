export type { AccountOptions, Principal, RoleSession, SessionStore } from './accounts/index.ts';
export { serviceOf } from './accounts/index.ts';
export { type ClusterAccess, clusterAccess } from './eks/access.ts';
export type { Context, Faults, Invoke, PermittedCall, World } from './context.ts';
export { EksState } from './eks/state.ts';
export { AwsError } from './errors.ts';
export type * from './hosts.ts';
export {
  type Gateway,
  openGateway,
  type RouteHandler,
  type Routes,
  type UpgradeHandler,
  type Upgrades,
} from './http.ts';
export { type AwsServer, type AwsServerOptions, startAwsServer } from './server.ts';
export { latencyMs, stages } from './transitions.ts';
export * from './upkeep/index.ts';

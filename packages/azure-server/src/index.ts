export { ArmError } from './errors.ts';
export type * from './hosts.ts';
export { type AzureServer, type AzureServerOptions, startAzureServer } from './start.ts';
export type { Application, DirectoryContent, RoleName } from './entra/directory.ts';
export type { CallFaults, Change as AzureChange, Faults, PermittedCall as AzureCall, World } from './world.ts';

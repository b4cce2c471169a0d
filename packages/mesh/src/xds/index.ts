export { watch, type Watch, XdsClient, type XdsClientOptions } from './client.ts';
export type { Connection } from './connection.ts';
export { ResourceType, typeUrlOf } from './resources.ts';
export { XdsServer, type XdsServerOptions } from './server.ts';

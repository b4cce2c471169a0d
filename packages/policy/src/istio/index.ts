/** Authorization of connections in the mesh: istiod's translation and ztunnel's decision. */
export * from './authorization.ts';
export type { Connection } from './connection.ts';
export * from './evaluate.ts';
export * from './judge.ts';
export * from './peer-authentication.ts';
export * from './resource.ts';
export * from './translate.ts';

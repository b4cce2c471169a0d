/** May X talk to Y? Every object that has a say, the one that decides, and what to change. */
export { explain, explainPair, readMeshOf, type Pair } from './explain.ts';
export { readFacts, type Sources } from './facts/index.ts';
export { defaultClusterName, openAks, openEks } from './open.ts';
export type { Peer } from './across/index.ts';
export type { Facts } from './facts/types.ts';
export { meshOf, type Mesh } from './mesh/index.ts';
export * from './types.ts';
export * from './what-if.ts';

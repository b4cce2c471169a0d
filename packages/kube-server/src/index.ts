export * from './auth/index.ts';
export type * from './objects/index.ts';
export { groupVersion, keyOf, Registry, type Resource, splitGroupVersion } from './registry/index.ts';
export { formatSelector, matchesSelector, parseFieldSelector, parseLabelSelector } from './selectors/index.ts';
export { startKubeServer } from './server/index.ts';
export type * from './server/options.ts';
export type * from './server/subresource.ts';
export * from './store/index.ts';

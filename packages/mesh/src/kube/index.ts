export { type JsonPatchOperation, KubeApi, type KubeList, type Selection, type WatchEvent } from './api.ts';
export { fromKubeconfig, inCluster, type KubeconfigOptions } from './config.ts';
export type { KubeConnectionOptions } from './connection.ts';
export { hasStatus, KubeError } from './errors.ts';
export { Informer, type InformerOptions } from './informer.ts';
export { type Condition, keyOf, type KubeObject, type ObjectMeta, type OwnerReference } from './objects.ts';
export { type KubeResource, pathOf, resourceOf, resources, typeOf } from './resources.ts';

/** One Kubernetes cluster over HTTP, through whatever network its caller is on. */
export {
  type ContainerReference,
  type JsonPatchOperation,
  KubeApi,
  type KubeList,
  type PatchOptions,
  type Selection,
  type WatchEvent,
} from './api.ts';
export type { Credential, KubeConnectionOptions } from './connection.ts';
export { hasStatus, KubeError } from './errors.ts';
export { inCluster } from './in-cluster.ts';
export { Informer, type InformerOptions } from './informer.ts';
export { type EmbeddedOptions, fromKubeconfigText } from './kubeconfig/embedded.ts';
export type { CommandResult, RunCommand } from './kubeconfig/command.ts';
export { type ClusterConfig, readKubeconfig } from './kubeconfig/file.ts';
export { fromKubeconfig, type KubeconfigOptions } from './kubeconfig/index.ts';
export { type Condition, keyOf, type KubeObject, type ObjectMeta, type OwnerReference } from './objects.ts';
export { type Kind, type KubeResource, type KubeType, resources, typeOf } from './resources.ts';
export type { CommandStreams } from './streams/exec.ts';

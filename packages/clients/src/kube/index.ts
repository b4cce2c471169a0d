/** Kubernetes: one client per cluster, on the official client library, loaded when first used. */
export { createKubeClient, type KubeClient, type ListSelection, type LogSelection } from './client.ts';
export { kubeconfigText, type KubeAccess } from './connection.ts';
export { KubeFailure, isMissing } from './errors.ts';
export { readKubeconfig } from './kubeconfig.ts';
export { contains, nameOf, type Manifest, type Metadata, type Reference } from './manifest.ts';
export type { PodCommand, PodResult } from './pods.ts';
export { createKubeReader, type KubeReader, type KubeResourceName } from './reader.ts';

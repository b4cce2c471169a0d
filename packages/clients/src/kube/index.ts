/** Kubernetes: one client per cluster. */
export { kubeconfigText, type KubeAccess } from './access.ts';
export { createKubeClient, type KubeClient, type ListSelection, type LogSelection } from './client.ts';
export { contains, nameOf, type Manifest, type Reference } from './manifest.ts';
export type { PodCommand, PodResult } from './pods.ts';
export { createKubeReader, type KubeReader, readerOfKubeconfig } from './reader.ts';

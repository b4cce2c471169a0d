import { names, type Configuration } from '../configuration/index.ts';
import type { KubernetesName, Place, Scenario } from './types.ts';

/** Several control planes in several networks make one mesh. */
export const isMulticluster = ({ kubernetes }: Pick<Scenario, 'kubernetes'>): boolean => kubernetes.length > 1;

/** What a cluster is called in the mesh. */
export const meshClusterName = (cluster: KubernetesName): string => `${cluster}-cluster`;

/** Where the namespaces and policies of a place are: those of ECS are in EKS. */
export const kubernetesOf = (place: Place): KubernetesName => (typeof place === 'string' ? place : 'eks');

/** What the control plane of a cluster has to know of the mesh. */
export interface MeshMembership {
  network: string;
  /** Undefined in a mesh of one cluster. */
  multicluster: { clusterName: string; meshId: string } | undefined;
}

export function membershipOf(
  scenario: Pick<Scenario, 'kubernetes'>,
  { networks, meshId }: Configuration,
  cluster: KubernetesName,
): MeshMembership {
  if (!isMulticluster(scenario)) return { network: names.network, multicluster: undefined };
  return { network: networks[cluster], multicluster: { clusterName: meshClusterName(cluster), meshId } };
}

/** Makes what carries it known in every cluster: Istio's label, and the one of the distribution with ECS support. */
export const globalLabels: Readonly<Record<string, string>> = {
  'istio.io/global': 'true',
  'solo.io/service-scope': 'global',
};

/** The milestone from which on the API server of a cluster answers. */
export const controlPlaneOf: Readonly<Record<KubernetesName, string>> = {
  eks: 'eks_cluster.control-plane',
  aks: 'aks_cluster',
};

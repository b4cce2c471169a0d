import type { NewObject } from '@meshbed/kube-server';
import { clusterDns, daemonSet, nodeName, serviceAccount } from '../system-objects.ts';

/** Where EKS keeps its images: in the region of the cluster. */
const registryIn = (region: string) => `602401143452.dkr.ecr.${region}.amazonaws.com`;

export interface ClusterFacts {
  name: string;
  region: string;
  /** Of the control plane, the nodes and their kube-proxy: `v1.34.4`. */
  gitVersion: string;
}

/** What each EKS add-on installs into kube-system. */
export const addonObjects: Record<string, (cluster: ClusterFacts) => NewObject[]> = {
  'vpc-cni': ({ region }) => [
    serviceAccount('aws-node'),
    daemonSet('aws-node', 'aws-node', {
      image: `${registryIn(region)}/amazon-k8s-cni:v1.20.0`,
      serviceAccountName: 'aws-node',
      hostNetwork: true,
      env: [nodeName],
    }),
  ],
  'kube-proxy': ({ region, gitVersion }) => [
    serviceAccount('kube-proxy'),
    daemonSet('kube-proxy', 'kube-proxy', {
      image: `${registryIn(region)}/eks/kube-proxy:${gitVersion}`,
      serviceAccountName: 'kube-proxy',
      hostNetwork: true,
      env: [nodeName],
    }),
  ],
  'eks-pod-identity-agent': ({ name, region }) => [
    serviceAccount('eks-pod-identity-agent'),
    daemonSet('eks-pod-identity-agent', 'eks-pod-identity-agent', {
      image: `${registryIn(region)}/eks/eks-pod-identity-agent:v1.3.0`,
      serviceAccountName: 'eks-pod-identity-agent',
      hostNetwork: true,
      env: [{ name: 'EKS_CLUSTER_NAME', value: name }, nodeName],
    }),
  ],
  coredns: ({ region }) =>
    clusterDns({
      image: `${registryIn(region)}/eks/coredns:v1.11.4`,
      clusterIP: '10.100.0.10',
      labels: { 'k8s-app': 'kube-dns', 'eks.amazonaws.com/component': 'coredns' },
    }),
};

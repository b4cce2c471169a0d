import type { NewObject } from '@meshbed/kube-server';
import { clusterDns, daemonSet, nodeName, serviceAccount } from '../system-objects.ts';

const registry = 'mcr.microsoft.com/oss';

/** What AKS puts into kube-system of every cluster, as far as something here depends on it. */
export const systemObjects = (serviceNetwork: string): NewObject[] => [
  serviceAccount('azure-cns'),
  daemonSet('azure-cns', 'cns-container', {
    image: `${registry}/azure-cns:v1.7.0`,
    serviceAccountName: 'azure-cns',
    hostNetwork: true,
    env: [nodeName],
  }),
  serviceAccount('kube-proxy'),
  daemonSet('kube-proxy', 'kube-proxy', {
    image: `${registry}/kubernetes/kube-proxy:v1.32.0`,
    serviceAccountName: 'kube-proxy',
    hostNetwork: true,
    env: [nodeName],
  }),
  ...clusterDns({
    image: `${registry}/kubernetes/coredns:v1.11.3`,
    clusterIP: `${serviceNetwork}.0.10`,
    labels: { 'k8s-app': 'kube-dns' },
  }),
];

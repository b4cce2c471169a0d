import type { NewObject } from '@meshbed/kube-server';

const tolerations = [{ operator: 'Exists' }];

const serviceAccount = (name: string): NewObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: 'kube-system' },
});

interface PodOptions {
  image: string;
  serviceAccountName: string;
  hostNetwork?: boolean;
  env?: object[];
  ports?: object[];
}

function template(name: string, labels: Record<string, string>, { image, env = [], ports = [], ...pod }: PodOptions) {
  return { metadata: { labels }, spec: { ...pod, tolerations, containers: [{ name, image, env, ports }] } };
}

function daemonSet(name: string, container: string, options: PodOptions): NewObject {
  const labels = { 'k8s-app': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'kube-system', labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: 'RollingUpdate' },
      template: template(container, labels, options),
    },
  };
}

/** Where EKS keeps its images: in the region of the cluster. */
const registryIn = (region: string) => `602401143452.dkr.ecr.${region}.amazonaws.com`;

const nodeName = { name: 'MY_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } };

export interface ClusterFacts {
  name: string;
  region: string;
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
  'kube-proxy': ({ region }) => [
    serviceAccount('kube-proxy'),
    daemonSet('kube-proxy', 'kube-proxy', {
      image: `${registryIn(region)}/eks/kube-proxy:v1.32.0`,
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
  coredns: ({ region }) => {
    const labels = { 'k8s-app': 'kube-dns', 'eks.amazonaws.com/component': 'coredns' };
    const dns = [
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
      { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
    ];
    return [
      serviceAccount('coredns'),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'kube-dns', namespace: 'kube-system', labels },
        spec: { clusterIP: '10.100.0.10', selector: labels, ports: dns },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'coredns', namespace: 'kube-system', labels },
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          template: template('coredns', labels, {
            image: `${registryIn(region)}/eks/coredns:v1.11.4`,
            serviceAccountName: 'coredns',
            ports: [{ containerPort: 53, protocol: 'UDP', name: 'dns' }],
          }),
        },
      },
    ];
  },
};

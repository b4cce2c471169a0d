import type { NewObject } from '@meshbed/kube-server';

const tolerations = [{ operator: 'Exists' }];

export const serviceAccount = (name: string): NewObject => ({
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

export function daemonSet(name: string, container: string, options: PodOptions): NewObject {
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

export const nodeName = { name: 'MY_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } };

export interface DnsOptions {
  image: string;
  clusterIP: string;
  labels: Record<string, string>;
}

/** CoreDNS behind the address that every pod asks. */
export function clusterDns({ image, clusterIP, labels }: DnsOptions): NewObject[] {
  const ports = [
    { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
    { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
  ];
  const pod = { image, serviceAccountName: 'coredns', ports: [{ containerPort: 53, protocol: 'UDP', name: 'dns' }] };
  return [
    serviceAccount('coredns'),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: 'kube-system', labels },
      spec: { clusterIP, selector: labels, ports },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'coredns', namespace: 'kube-system', labels },
      spec: { replicas: 2, selector: { matchLabels: labels }, template: template('coredns', labels, pod) },
    },
  ];
}

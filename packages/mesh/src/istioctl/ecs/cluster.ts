import { MeshbedError } from '@meshbed/core';
import { type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';

const system = 'istio-system';
const xdsPort = 15_012;

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

interface LoadBalanced extends KubeObject {
  spec: { type?: string; ports?: { port: number; name?: string }[] };
  status?: { loadBalancer?: { ingress?: { hostname?: string; ip?: string }[] } };
}

interface DaemonSet extends KubeObject {
  spec: { template: { spec: { containers: { name: string; image: string }[] } } };
}

export async function rootCertificate(kube: KubeApi, namespace: string): Promise<string> {
  const found = await kube.get<ConfigMap>(resources.configMaps, 'istio-ca-root-cert', namespace);
  const certificate = found?.data?.['root-cert.pem'];
  if (certificate !== undefined) return certificate;
  throw new MeshbedError('cloud/root-certificate', `ConfigMap ${namespace}/istio-ca-root-cert is missing`, {
    likely: 'the namespace does not exist, or istiod does not run',
    next: 'kubectl -n istio-system get pods -l app=istiod',
  });
}

/** Where istiod is reached from outside the cluster: the service of the east-west gateway that exposes port 15012. */
export async function istiodAddress(kube: KubeApi): Promise<{ address: string; through: string }> {
  const { items } = await kube.list<LoadBalanced>(resources.services);
  for (const { metadata, spec, status } of items) {
    const port = spec.type === 'LoadBalancer' ? spec.ports?.find((each) => each.port === xdsPort) : undefined;
    const ingress = status?.loadBalancer?.ingress?.[0];
    const host = ingress?.hostname ?? ingress?.ip;
    if (port && host !== undefined) {
      return {
        address: `${host}:${xdsPort}`,
        through: `service ${metadata.namespace}/${metadata.name}, port ${port.name ?? port.port}`,
      };
    }
  }
  throw new MeshbedError(
    'cloud/istiod-address',
    'no LoadBalancer service with an address exposes istiod on port 15012',
    {
      next: 'istioctl multicluster expose --wait',
    },
  );
}

export async function networkOf(kube: KubeApi): Promise<string> {
  const found = await kube.get(resources.namespaces, system);
  return found?.metadata.labels?.['topology.istio.io/network'] ?? '';
}

/** The image that the cluster's own ztunnel runs: proxies of one mesh should be of one version. */
export async function ztunnelImage(kube: KubeApi): Promise<string> {
  const found = await kube.get<DaemonSet>(resources.daemonSets, 'ztunnel', system);
  const image = found?.spec.template.spec.containers[0]?.image;
  if (image !== undefined) return image;
  throw new MeshbedError('cloud/no-ztunnel', `there is no DaemonSet ztunnel in ${system}`, {
    next: 'istioctl install -f -',
  });
}

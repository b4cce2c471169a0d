import { type KubeApi, KubeError } from '@meshbed/kube-client';
import { MeshbedError } from '@meshbed/core';
import type { Manifest } from './manifests/object.ts';

/** What istiod's gateway controller answers to. */
const gatewayClasses = (): Manifest[] =>
  ['istio-eastwest', 'istio-east-west', 'istio-remote'].map((name) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name },
    spec: { controllerName: name === 'istio-remote' ? 'istio.io/unmanaged-gateway' : 'istio.io/eastwest-controller' },
  }));

/** False where the cluster does not have the kinds of the Gateway API, which Istio does without until it has a gateway. */
export async function applyGatewayClasses(kube: KubeApi): Promise<boolean> {
  try {
    for (const manifest of gatewayClasses()) await kube.apply(manifest, 'istioctl');
    return true;
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return false;
    throw error;
  }
}

/** @throws MeshbedError `user/no-gateway-api` */
export async function requireGatewayApi(kube: KubeApi): Promise<void> {
  if (await applyGatewayClasses(kube)) return;
  throw new MeshbedError('user/no-gateway-api', 'the cluster does not have the kinds of the Gateway API', {
    next: 'kubectl apply -f https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.4.0/standard-install.yaml',
  });
}

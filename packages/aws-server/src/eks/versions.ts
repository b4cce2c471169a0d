/** Kubernetes versions on offer, the newest first. */
export const kubernetesVersions: readonly string[] = ['1.34', '1.33', '1.32', '1.31', '1.30'];
export const defaultVersion = '1.34';

interface AddonOffer {
  version: string;
  namespace: string;
}

/** Add-ons on offer; each has one version here. */
export const addonOffers: ReadonlyMap<string, AddonOffer> = new Map([
  ['vpc-cni', { version: 'v1.20.4-eksbuild.2', namespace: 'kube-system' }],
  ['coredns', { version: 'v1.12.3-eksbuild.1', namespace: 'kube-system' }],
  ['kube-proxy', { version: 'v1.34.0-eksbuild.2', namespace: 'kube-system' }],
  ['eks-pod-identity-agent', { version: 'v1.3.9-eksbuild.3', namespace: 'kube-system' }],
  ['metrics-server', { version: 'v0.8.0-eksbuild.3', namespace: 'kube-system' }],
]);

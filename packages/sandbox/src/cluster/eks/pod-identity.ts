import { type AwsServer, EksState, type HostedCluster } from '@meshbed/aws-server';
import type { Pod } from '@meshbed/kube-server';

const agentUrl = 'http://169.254.170.23/v1/credentials';
const folder = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount';
const tokenFile = `${folder}/eks-pod-identity-token`;
const volume = 'eks-pod-identity-token';

/**
 * What EKS's mutating webhook adds to a pod whose service account has a Pod Identity association at that moment. A pod
 * that is older than its association gets nothing, ever: the stale association of the field.
 */
export function withPodIdentity(pod: Pod, region: string): Pod {
  const source = {
    serviceAccountToken: {
      audience: 'pods.eks.amazonaws.com',
      expirationSeconds: 86_400,
      path: 'eks-pod-identity-token',
    },
  };
  const env = [
    { name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' },
    { name: 'AWS_DEFAULT_REGION', value: region },
    { name: 'AWS_REGION', value: region },
    { name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: agentUrl },
    { name: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', value: tokenFile },
  ];
  return {
    ...pod,
    spec: {
      ...pod.spec,
      volumes: [...(pod.spec.volumes ?? []), { name: volume, projected: { sources: [source] } }],
      containers: pod.spec.containers.map((container) => ({
        ...container,
        env: [...(container.env ?? []), ...env],
        volumeMounts: [...(container.volumeMounts ?? []), { name: volume, mountPath: folder, readOnly: true }],
      })),
    },
  };
}

/** Whether the service account has an association at this moment. */
export function hasPodIdentity(
  aws: AwsServer,
  { account, region, name }: HostedCluster,
  subject: { namespace: string; serviceAccount: string },
): boolean {
  const cluster = aws.world.stores.of(EksState, account, region).clusters.get(name);
  return [...(cluster?.associations.values() ?? [])].some(
    ({ namespace, serviceAccount }) => namespace === subject.namespace && serviceAccount === subject.serviceAccount,
  );
}

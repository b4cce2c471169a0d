import type { Cluster } from '@aws-sdk/client-eks';
import type { KubeClient } from '@meshbed/clients/kube';
import type { Aws } from '../aws.ts';
import type { EksctlContext } from '../context.ts';

/** A Kubernetes client with the token that the caller of AWS gets. */
export async function connectKube(aws: Aws, { clock }: EksctlContext, cluster: Cluster): Promise<KubeClient> {
  const [{ createKubeClient }, { eksToken }] = await Promise.all([
    import('@meshbed/clients/kube'),
    import('@meshbed/clients/eks-token'),
  ]);
  const { name = '', endpoint = '', certificateAuthority } = cluster;
  const access = { id: aws.account, region: aws.region, credentials: aws.eks.config.credentials };
  return createKubeClient({
    context: name,
    server: endpoint,
    certificateAuthorityData: certificateAuthority?.data ?? '',
    token: () => eksToken(access, name, clock.now()),
  });
}

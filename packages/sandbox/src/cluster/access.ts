import { type AwsServer, serviceOf } from '@meshbed/aws-server';

interface Cluster {
  name: string;
  account: string;
  region: string;
}

/** The Kubernetes groups that an access entry gives a principal; undefined without an entry. */
export async function groupsOf(aws: AwsServer, cluster: Cluster, principalArn: string): Promise<string[] | undefined> {
  const input = { clusterName: cluster.name, principalArn };
  const call = <T>(operation: string) =>
    aws.invoke<T>(serviceOf(cluster.account, 'eks.amazonaws.com'), 'eks', operation, input, cluster.region);
  try {
    const { accessEntry } = await call<{ accessEntry: { kubernetesGroups?: string[] } }>('DescribeAccessEntry');
    const { associatedAccessPolicies } = await call<{ associatedAccessPolicies: { policyArn?: string }[] }>(
      'ListAssociatedAccessPolicies',
    );
    const isAdmin = associatedAccessPolicies.some(({ policyArn }) =>
      policyArn?.endsWith('/AmazonEKSClusterAdminPolicy'),
    );
    return [...(accessEntry.kubernetesGroups ?? []), ...(isAdmin ? ['system:masters'] : [])];
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

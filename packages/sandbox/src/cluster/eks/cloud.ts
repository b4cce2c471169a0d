import { type AwsServer, clusterAccess, type HostedCluster, serviceOf } from '@meshbed/aws-server';
import type { Fabric } from '@meshbed/fabric';
import type { Pod, User } from '@meshbed/kube-server';
import { type ClusterCloud, pulls } from '../cloud.ts';
import type { MetadataService } from '../nodes.ts';
import { rememberedSigners, signerOf, type SignerLookup } from './eks-token.ts';
import { type CallAws, CloudController } from './load-balancers.ts';
import { hasPodIdentity, withPodIdentity } from './pod-identity.ts';

export interface EksSurroundings {
  fabric: Fabric;
  aws: AwsServer;
  metadata: MetadataService;
}

/** What makes an API server an EKS cluster: load balancers of ELB, principals of IAM, Pod Identity. */
export function eksCloud(cluster: HostedCluster, { fabric, aws, metadata }: EksSurroundings): ClusterCloud {
  const signers = rememberedSigners(aws.world.clock, (token) => signerOf(token, cluster.name, aws.url));
  const { name, version, vpcId, controlPlane, publicName } = cluster;
  return {
    name,
    version,
    vpcId,
    controlPlane,
    publicName,
    metadata,
    imagePullMs: pulls(aws.world.transitions.profile),
    loadBalancers: new CloudController({
      call: callAs(aws, cluster),
      cluster: name,
      vpcId,
      clusterSecurityGroupId: fabric.interfaces.get(controlPlane[0]?.eniId ?? '')?.groupIds[0] ?? '',
    }),
    authenticate: (token) => authenticate(token, signers, cluster, aws),
    admitPod: (pod) => admit(pod, cluster, aws),
  };
}

/** The cloud controller acts for EKS, in the cluster's account. */
function callAs(aws: AwsServer, { account, region }: HostedCluster): CallAws {
  return (service, operation, input) =>
    aws.invoke(serviceOf(account, 'eks.amazonaws.com'), service, operation, input, region);
}

/** Principals get in through their access entry. */
async function authenticate(
  token: string,
  signers: SignerLookup,
  cluster: HostedCluster,
  { world }: AwsServer,
): Promise<User | undefined> {
  const accessKeyId = await signers(token);
  const principal = accessKeyId === undefined ? undefined : world.credentials.find(accessKeyId)?.principal;
  const access = principal && clusterAccess(world, cluster.arn, principal);
  if (!access) return undefined;
  const roles = access.policies.flatMap(({ name, namespaces }) => {
    const clusterRole = accessPolicies[name];
    return clusterRole ? [{ clusterRole, namespaces, source: `EKS Access Policy ${name}` }] : [];
  });
  return { username: access.username, groups: [...access.groups, 'system:authenticated'], roles };
}

/** Access policy → the role whose rights it gives. */
const accessPolicies: Readonly<Record<string, string>> = {
  AmazonEKSClusterAdminPolicy: 'cluster-admin',
  AmazonEKSAdminPolicy: 'admin',
  AmazonEKSEditPolicy: 'edit',
  AmazonEKSViewPolicy: 'view',
  AmazonEKSAdminViewPolicy: 'view',
};

function admit(pod: Pod, cluster: HostedCluster, aws: AwsServer): Pod {
  const { namespace = '' } = pod.metadata;
  const serviceAccount = pod.spec.serviceAccountName ?? 'default';
  return hasPodIdentity(aws, cluster, { namespace, serviceAccount }) ? withPodIdentity(pod, cluster.region) : pod;
}

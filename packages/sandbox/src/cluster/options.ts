import { type AwsServer, clusterAccess, type HostedCluster, latencyMs, serviceOf } from '@meshbed/aws-server';
import type { Fabric } from '@meshbed/fabric';
import type { ClusterOptions, Pod, User } from '@meshbed/kube-server';
import type { Image } from '../runtime/catalogue.ts';
import type { Runtime } from '../runtime/index.ts';
import { rememberedSigners, signerOf, type SignerLookup } from './eks-token.ts';
import { type CallAws, CloudController } from './load-balancers.ts';
import type { Nodes } from './nodes.ts';
import { hasPodIdentity, withPodIdentity } from './pod-identity.ts';

export interface ClusterSurroundings {
  fabric: Fabric;
  aws: AwsServer;
  runtime: Runtime;
  nodes: Nodes;
  /** Images that only this cluster has: its add-ons. */
  images: readonly Image[];
}

/** What makes an API server an EKS cluster: nodes on EC2, load balancers of ELB, principals of IAM, Pod Identity. */
export function clusterOptions(
  cluster: HostedCluster,
  { fabric, aws, runtime, nodes, images }: ClusterSurroundings,
): ClusterOptions {
  const signers = rememberedSigners(aws.world.clock, (token) => signerOf(token, cluster.name, aws.url));
  return {
    name: cluster.name,
    version: cluster.version,
    runtime: runtime.for((spec) => nodes.placementOf(spec), images),
    podNetwork: {
      attach: (pod, node) => nodes.attach(pod, node),
      detach: (uid) => nodes.detach(uid),
      node: (name) => nodes.place(name),
    },
    imagePullMs: pulls(aws),
    loadBalancers: new CloudController({
      call: callAs(aws, cluster),
      cluster: cluster.name,
      vpcId: cluster.vpcId,
      clusterSecurityGroupId: fabric.interfaces.get(cluster.controlPlane[0]?.eniId ?? '')?.groupIds[0] ?? '',
    }),
    authenticate: (token) => authenticate(token, signers, cluster, aws),
    admitPod: (pod) => admit(pod, cluster, aws),
    imagePullProblem: (image, node) => {
      const pulled = runtime.pull(image, nodes.place(node), images);
      return 'problem' in pulled ? pulled.problem : undefined;
    },
  };
}

/** A node pulls an image once. */
function pulls({ world }: AwsServer): Required<ClusterOptions>['imagePullMs'] {
  const pulled = new Set<string>();
  return (images, node) => {
    const missing = images.map((image) => `${node} ${image}`).filter((key) => !pulled.has(key));
    for (const key of missing) pulled.add(key);
    return missing.length === 0 ? 0 : latencyMs(world.transitions.profile, 'pod-image', 'pulling');
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
  const isAdministrator = access.policies.some(({ name }) => name === 'AmazonEKSClusterAdminPolicy');
  const groups = [...access.groups, ...(isAdministrator ? ['system:masters'] : []), 'system:authenticated'];
  return { username: access.username, groups };
}

function admit(pod: Pod, cluster: HostedCluster, aws: AwsServer): Pod {
  const { namespace = '' } = pod.metadata;
  const serviceAccount = pod.spec.serviceAccountName ?? 'default';
  return hasPodIdentity(aws, cluster, { namespace, serviceAccount }) ? withPodIdentity(pod, cluster.region) : pod;
}

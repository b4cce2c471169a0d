import {
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { Cluster } from '@aws-sdk/client-eks';
import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { messageOf, ready, until, waiting } from '@meshbed/core';
import type { Aws } from '../../aws.ts';
import { type EksctlContext, log } from '../../context.ts';
import { connectKube } from '../../kube/access.ts';

/** Kubernetes objects behind which there is a load balancer. Gateways first: they would make their services anew. */
const kinds = [
  ['gateway.networking.k8s.io/v1', 'Gateway'],
  ['networking.k8s.io/v1', 'Ingress'],
  ['v1', 'Service'],
] as const;

/** Deletes what has a load balancer and waits until its interfaces are gone: they would block the VPC. */
export async function cleanUpLoadBalancers(aws: Aws, context: EksctlContext, cluster: Cluster): Promise<void> {
  log(context, 'info', 'cleaning up AWS load balancers created by Kubernetes objects of Kind Service or Ingress');
  try {
    using kube = await connectKube(aws, context, cluster);
    for (const [apiVersion, kind] of kinds) await deleteAll(kube, apiVersion, kind);
  } catch (error) {
    log(context, 'warn', `the Kubernetes API of the cluster does not answer: ${messageOf(error)}`);
  }
  const vpcId = cluster.resourcesVpcConfig?.vpcId ?? '';
  await interfacesGone(aws, context, vpcId);
  await deleteOrphans(aws, vpcId, cluster.resourcesVpcConfig?.clusterSecurityGroupId ?? '');
}

async function deleteAll(kube: KubeClient, apiVersion: string, kind: string): Promise<void> {
  const objects = await kube.list(apiVersion, kind).catch(() => []); // the kind may not be installed
  for (const { metadata } of objects.filter((object) => kind !== 'Service' || isBalanced(object))) {
    await kube.delete({ apiVersion, kind, metadata });
  }
}

const isBalanced = (object: Manifest) => (object['spec'] as { type?: string } | undefined)?.type === 'LoadBalancer';

function interfacesGone({ ec2 }: Aws, { clock }: EksctlContext, vpcId: string): Promise<boolean> {
  const Filters = [
    { Name: 'vpc-id', Values: [vpcId] },
    { Name: 'description', Values: ['ELB *'] },
  ];
  return until(
    async () => {
      const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
      return NetworkInterfaces.length === 0 ? ready(true) : waiting(`${NetworkInterfaces.length} interfaces are left`);
    },
    { clock, what: `load balancers of ${vpcId}`, timeoutMs: 10 * 60_000 },
  );
}

/** Groups that Kubernetes made for load balancers and did not delete. */
async function deleteOrphans({ ec2 }: Aws, vpcId: string, clusterGroup: string): Promise<void> {
  const Filters = [
    { Name: 'vpc-id', Values: [vpcId] },
    { Name: 'group-name', Values: ['k8s-elb-*'] },
  ];
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  const ofCluster = [{ Name: 'group-id', Values: [clusterGroup] }];
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters: ofCluster }));
  for (const { GroupId } of SecurityGroups) {
    const referring = SecurityGroupRules.filter(({ ReferencedGroupInfo }) => ReferencedGroupInfo?.GroupId === GroupId);
    const SecurityGroupRuleIds = referring.flatMap(({ SecurityGroupRuleId: id }) => id ?? []);
    if (SecurityGroupRuleIds.length > 0) {
      await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: clusterGroup, SecurityGroupRuleIds }));
    }
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  }
}

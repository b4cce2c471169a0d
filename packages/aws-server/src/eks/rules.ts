import type * as EKS from '@aws-sdk/client-eks';
import { passRole } from '../authorization/index.ts';
import type { Context } from '../context.ts';
import type { Rules } from '../service.ts';
import { clusterArn } from './arns.ts';

interface OfCluster {
  clusterName?: string | undefined;
}

const arnWith = ({ region, account }: Context, kind: string, name: string | undefined) =>
  `arn:aws:eks:${region}:${account}:${kind}/${name ?? '*'}`;

const onNamed = ({ name }: { name?: string | undefined }, context: Context) => [clusterArn(context, name ?? '*')];
const onCluster = ({ clusterName }: OfCluster, context: Context) => [clusterArn(context, clusterName ?? '*')];
const onNodegroup = (input: OfCluster & { nodegroupName?: string | undefined }, context: Context) => [
  arnWith(context, 'nodegroup', `${input.clusterName}/${input.nodegroupName}/*`),
];
const onAddon = (input: OfCluster & { addonName?: string | undefined }, context: Context) => [
  arnWith(context, 'addon', `${input.clusterName}/${input.addonName}/*`),
];
const onAssociation = (input: OfCluster & { associationId?: string | undefined }, context: Context) => [
  arnWith(context, 'podidentityassociation', `${input.clusterName}/${input.associationId}`),
];
const onEntry = (
  { clusterName, principalArn = '' }: OfCluster & { principalArn?: string | undefined },
  context: Context,
) => {
  const [, , , , account = '', resource = ''] = principalArn.split(':');
  const [kind, ...path] = resource.split('/');
  return [arnWith(context, 'access-entry', `${clusterName}/${kind}/${account}/${path.at(-1)}/*`)];
};
const onArn = ({ resourceArn = '*' }: { resourceArn?: string | undefined }) => [resourceArn];

const eks = 'eks.amazonaws.com';
export const podIdentityService = 'pods.eks.amazonaws.com';

/** What each operation of EKS needs, after the service's own authorization reference. */
export const rules: Rules<typeof EKS> = {
  CreateCluster: {
    resources: onNamed,
    also: ({ roleArn }) => passRole(roleArn, eks),
    accepts:
      'name version roleArn resourcesVpcConfig kubernetesNetworkConfig logging clientRequestToken tags accessConfig ' +
      'bootstrapSelfManagedAddons upgradePolicy deletionProtection',
  },
  DescribeCluster: { resources: onNamed },
  UpdateClusterConfig: {
    resources: onNamed,
    accepts: 'name resourcesVpcConfig logging accessConfig deletionProtection clientRequestToken',
  },
  DescribeClusterVersions: { accepts: 'clusterType defaultOnly includeAll clusterVersions maxResults nextToken' },
  ListFargateProfiles: { resources: onCluster },
  ListIdentityProviderConfigs: { resources: onCluster },
  ListAccessPolicies: { accepts: 'maxResults nextToken' },
  UpdateAccessEntry: {
    resources: onEntry,
    accepts: 'clusterName principalArn kubernetesGroups username clientRequestToken',
  },
  ListClusters: { accepts: 'maxResults nextToken' },
  DeleteCluster: { resources: onNamed },
  CreateNodegroup: {
    resources: onCluster,
    also: ({ nodeRole }) => passRole(nodeRole, eks),
    accepts:
      'clusterName nodegroupName scalingConfig diskSize subnets instanceTypes amiType nodeRole labels tags ' +
      'clientRequestToken updateConfig capacityType launchTemplate',
  },
  DescribeNodegroup: { resources: onNodegroup },
  ListNodegroups: { resources: onCluster },
  DeleteNodegroup: { resources: onNodegroup },
  UpdateNodegroupConfig: {
    resources: onNodegroup,
    accepts: 'clusterName nodegroupName labels scalingConfig updateConfig clientRequestToken',
  },
  DescribeUpdate: { resources: onNamed, accepts: 'name updateId nodegroupName addonName' },
  ListUpdates: { resources: onNamed, accepts: 'name nodegroupName addonName nextToken maxResults' },
  CreateAddon: {
    resources: onCluster,
    also: ({ serviceAccountRoleArn }) => passRole(serviceAccountRoleArn, eks),
    accepts:
      'clusterName addonName addonVersion serviceAccountRoleArn resolveConflicts clientRequestToken tags configurationValues',
  },
  DescribeAddon: { resources: onAddon },
  ListAddons: { resources: onCluster },
  UpdateAddon: {
    resources: onAddon,
    also: ({ serviceAccountRoleArn }) => passRole(serviceAccountRoleArn, eks),
    accepts:
      'clusterName addonName addonVersion serviceAccountRoleArn resolveConflicts clientRequestToken configurationValues',
  },
  DeleteAddon: { resources: onAddon },
  DescribeAddonVersions: { accepts: 'kubernetesVersion addonName nextToken maxResults' },
  CreatePodIdentityAssociation: {
    resources: onCluster,
    also: ({ roleArn }) => passRole(roleArn, podIdentityService),
    accepts: 'clusterName namespace serviceAccount roleArn clientRequestToken tags disableSessionTags',
  },
  DescribePodIdentityAssociation: { resources: onAssociation },
  UpdatePodIdentityAssociation: {
    resources: onAssociation,
    also: ({ roleArn }) => passRole(roleArn, podIdentityService),
    accepts: 'clusterName associationId roleArn clientRequestToken disableSessionTags',
  },
  ListPodIdentityAssociations: { resources: onCluster },
  DeletePodIdentityAssociation: { resources: onAssociation },
  CreateAccessEntry: { resources: onCluster },
  DescribeAccessEntry: { resources: onEntry },
  ListAccessEntries: { resources: onCluster },
  DeleteAccessEntry: { resources: onEntry },
  AssociateAccessPolicy: { resources: onEntry },
  ListAssociatedAccessPolicies: { resources: onEntry },
  DisassociateAccessPolicy: { resources: onEntry },
  TagResource: { resources: onArn },
  UntagResource: { resources: onArn },
  ListTagsForResource: { resources: onArn },
};

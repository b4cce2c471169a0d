import { ready, waiting } from '@meshbed/core';
import type { Properties } from '../state.ts';
import type { ResourceType, Work } from './types.ts';

/** `SubnetIds` → `subnetIds`, in nested structures too; lists of texts and texts stay. */
function inLowerCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inLowerCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      inLowerCase(inner),
    ]),
  );
}

/** Parameters of EKS from properties; names of labels stay as they are. */
function parameters({ Labels, Tags: _tags, ...rest }: Properties, work: Work, own: unknown): object {
  const tags = Object.fromEntries(work.tags(own).map(({ Key, Value }) => [Key, Value]));
  return { ...(inLowerCase(rest) as object), ...(Labels === undefined ? {} : { labels: Labels }), tags };
}

interface Described {
  status?: string;
  health?: { issues?: { code?: string; message?: string }[] };
}

/** Until the description says ACTIVE, or nothing any more when it is being deleted. */
function untilStatus(what: string, work: Work, describe: () => Promise<Described>, deleted = false): Promise<void> {
  return work.until(what, async () => {
    const { status = '', health } = await describe().catch((error: unknown): Described => {
      if (deleted && error instanceof Error && error.name === 'ResourceNotFoundException') return { status: 'DELETED' };
      throw error;
    });
    if (status === (deleted ? 'DELETED' : 'ACTIVE')) return ready(status);
    const issues = health?.issues ?? [];
    if (status.endsWith('FAILED')) throw new Error(issues.map(({ message }) => message).join('; ') || status);
    return waiting(`it is ${status}`);
  });
}

interface ClusterAnswer {
  cluster: Described & {
    arn: string;
    endpoint: string;
    certificateAuthority: { data: string };
    resourcesVpcConfig: { clusterSecurityGroupId: string };
    identity: { oidc: { issuer: string } };
  };
}

const describeCluster = (name: string, { aws }: Work) =>
  aws<ClusterAnswer>('eks', 'DescribeCluster', { name }).then(({ cluster }) => cluster);

const groupKey = (physicalId: string) => {
  const [clusterName = '', nodegroupName = ''] = physicalId.split('/');
  return { clusterName, nodegroupName };
};

const describeGroup = (physicalId: string, { aws }: Work) =>
  aws<{ nodegroup: Described & { nodegroupArn: string } }>('eks', 'DescribeNodegroup', groupKey(physicalId)).then(
    ({ nodegroup }) => nodegroup,
  );

/** Types of EKS. */
export const eksTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::EKS::Cluster': {
    properties:
      'Name Version RoleArn ResourcesVpcConfig AccessConfig BootstrapSelfManagedAddons KubernetesNetworkConfig Tags',
    async create({ Name: name, Tags, ...given }, work) {
      const physicalId = (name as string | undefined) ?? work.generatedName;
      await work.aws('eks', 'CreateCluster', { name: physicalId, ...parameters(given, work, Tags) });
      await untilStatus(`EKS cluster ${physicalId}`, work, () => describeCluster(physicalId, work));
      const cluster = await describeCluster(physicalId, work);
      return {
        physicalId,
        attributes: {
          Arn: cluster.arn,
          Endpoint: cluster.endpoint,
          CertificateAuthorityData: cluster.certificateAuthority.data,
          ClusterSecurityGroupId: cluster.resourcesVpcConfig.clusterSecurityGroupId,
          OpenIdConnectIssuerUrl: cluster.identity.oidc.issuer,
        },
      };
    },
    async delete({ physicalId }, work) {
      await work.aws('eks', 'DeleteCluster', { name: physicalId });
      await untilStatus(`EKS cluster ${physicalId}`, work, () => describeCluster(physicalId, work), true);
    },
  },
  'AWS::EKS::Nodegroup': {
    properties:
      'ClusterName NodegroupName NodeRole Subnets InstanceTypes AmiType CapacityType DiskSize ScalingConfig UpdateConfig ' +
      'Labels LaunchTemplate Tags',
    async create({ ClusterName, NodegroupName, Tags, ...given }, work) {
      const [clusterName, nodegroupName] = [
        ClusterName as string,
        (NodegroupName as string | undefined) ?? work.generatedName,
      ];
      const physicalId = `${clusterName}/${nodegroupName}`;
      // CloudFormation writes tags of node groups as a map.
      const own = Object.entries((Tags ?? {}) as object).map(([Key, Value]) => ({ Key, Value: Value as string }));
      await work.aws('eks', 'CreateNodegroup', { clusterName, nodegroupName, ...parameters(given, work, own) });
      await untilStatus(`node group ${physicalId}`, work, () => describeGroup(physicalId, work));
      const { nodegroupArn: Arn } = await describeGroup(physicalId, work);
      return { physicalId, attributes: { Arn, ClusterName: clusterName, NodegroupName: nodegroupName } };
    },
    updates: 'ScalingConfig UpdateConfig Labels',
    async update({ physicalId }, work, { before, after }) {
      const { Labels: old = {} } = before as { Labels?: Record<string, string> };
      const { Labels: labels = {}, ScalingConfig, UpdateConfig } = after as Record<string, Record<string, string>>;
      const removeLabels = Object.keys(old).filter((name) => !Object.hasOwn(labels, name));
      const changed = inLowerCase({ ScalingConfig, ...(UpdateConfig ? { UpdateConfig } : {}) }) as object;
      await work.aws('eks', 'UpdateNodegroupConfig', {
        ...groupKey(physicalId),
        ...changed,
        labels: { addOrUpdateLabels: labels, removeLabels },
      });
      await untilStatus(`node group ${physicalId}`, work, () => describeGroup(physicalId, work));
    },
    async delete({ physicalId }, work) {
      await work.aws('eks', 'DeleteNodegroup', groupKey(physicalId));
      await untilStatus(`node group ${physicalId}`, work, () => describeGroup(physicalId, work), true);
    },
  },
};

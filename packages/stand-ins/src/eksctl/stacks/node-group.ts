import { networkPluginPolicies, nodeImage, nodeRole, trustOf } from '@meshbed/clients/eks';
import type { ClusterConfig, NodeGroup } from '../config/types.ts';
import { attribute, imported, nameTag, ref, split, stackNames, type Resource, type Template } from './names.ts';
import { role } from './roles.ts';

const management = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
const usualNodes = 2;
const usualVolume = 80;

/** The stack of a managed node group: role, launch template, group; by default in all subnets of the cluster. */
export function nodeGroupTemplate(
  { metadata, iam }: ClusterConfig,
  group: NodeGroup,
  subnetIds?: readonly string[],
): Template {
  const cluster = stackNames.cluster(metadata.name);
  const own = group.iam?.instanceRoleARN;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `EKS Managed Nodes (SSH access: false) [created by eksctl]`,
    Resources: {
      LaunchTemplate: launchTemplate(cluster, group, metadata.name),
      ...(own === undefined ? { NodeInstanceRole: instanceRole(group, iam?.withOIDC === true) } : {}),
      ManagedNodeGroup: {
        Type: 'AWS::EKS::Nodegroup',
        Properties: {
          ClusterName: metadata.name,
          NodegroupName: group.name,
          NodeRole: own ?? attribute('NodeInstanceRole', 'Arn'),
          AmiType: nodeImage,
          InstanceTypes: group.instanceTypes ?? [group.instanceType ?? 'm5.large'],
          ScalingConfig: scalingOf(group),
          ...(group.updateConfig ? { UpdateConfig: { MaxUnavailable: group.updateConfig.maxUnavailable } } : {}),
          ...(group.spot ? { CapacityType: 'SPOT' } : {}),
          Subnets: subnetIds ?? split(imported(cluster, group.privateNetworking ? 'SubnetsPrivate' : 'SubnetsPublic')),
          Labels: {
            'alpha.eksctl.io/cluster-name': metadata.name,
            'alpha.eksctl.io/nodegroup-name': group.name,
            ...group.labels,
          },
          LaunchTemplate: { Id: ref('LaunchTemplate') },
          Tags: {
            'alpha.eksctl.io/nodegroup-name': group.name,
            'alpha.eksctl.io/nodegroup-type': 'managed',
            ...group.tags,
          },
        },
      },
    },
  };
}

/** Only one of the numbers given is all three. */
function scalingOf({ desiredCapacity, minSize, maxSize }: NodeGroup) {
  const desired = desiredCapacity ?? minSize ?? usualNodes;
  return { MinSize: minSize ?? desired, MaxSize: maxSize ?? desired, DesiredSize: desired };
}

/** With OpenID Connect the network plugin has a role of its own. */
const instanceRole = ({ iam }: NodeGroup, withOidc: boolean): Resource =>
  role('NodeInstanceRole', {
    trust: trustOf(nodeRole),
    managed: iam?.attachPolicyARNs ?? [...nodeRole.managed, management, ...(withOidc ? [] : networkPluginPolicies)],
  });

const launchTemplate = (cluster: string, group: NodeGroup, name: string): Resource => ({
  Type: 'AWS::EC2::LaunchTemplate',
  Properties: {
    LaunchTemplateName: { 'Fn::Sub': '${AWS::StackName}' },
    LaunchTemplateData: {
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/xvda',
          Ebs: {
            Iops: 3000,
            Throughput: 125,
            VolumeSize: group.volumeSize ?? usualVolume,
            VolumeType: group.volumeType ?? 'gp3',
          },
        },
      ],
      MetadataOptions: { HttpPutResponseHopLimit: 2, HttpTokens: 'required' },
      SecurityGroupIds: [imported(cluster, 'ClusterSecurityGroupId')],
      TagSpecifications: ['instance', 'volume', 'network-interface'].map((ResourceType) => ({
        ResourceType,
        Tags: [
          { Key: 'Name', Value: `${name}-${group.name}-Node` },
          { Key: 'alpha.eksctl.io/nodegroup-name', Value: group.name },
          { Key: 'alpha.eksctl.io/nodegroup-type', Value: 'managed' },
        ],
      })),
    },
    TagSpecifications: [{ ResourceType: 'launch-template', Tags: [nameTag('LaunchTemplate')] }],
  },
});

import { clusterRole, eksCidr, trustOf } from '@meshbed/clients/eks';
import type { ClusterConfig } from '../config/types.ts';
import { defaultKubernetesVersion } from '../version.ts';
import { attribute, exported, ref, type Resource, tagged, type Template } from './names.ts';
import { networkResources } from './network.ts';
import { role } from './roles.ts';

const everything = { IpProtocol: '-1', FromPort: 0, ToPort: 65_535 };
const volumeController = 'arn:aws:iam::aws:policy/AmazonEKSVPCResourceController';

/** The stack of a cluster: network, security groups, role, control plane. */
export function clusterTemplate(config: ClusterConfig, zones: readonly string[]): Template {
  const { cidr = eksCidr, nat } = config.vpc ?? {};
  const { resources, subnets } = networkResources({ zones, cidr, nat: nat?.gateway ?? 'Single' });
  const own = config.iam?.serviceRoleARN;
  const ids = (scope: string) => subnets.filter((subnet) => subnet.scope === scope).map(({ name }) => ref(name));
  const joined = (scope: string) => ({ 'Fn::Join': [',', ids(scope)] });
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `EKS cluster (dedicated VPC: true, dedicated IAM: ${own === undefined}) [created and managed by eksctl]`,
    Resources: {
      ...resources,
      ...groups,
      ...(own === undefined ? { ServiceRole: serviceRole } : {}),
      ControlPlane: controlPlane(config, [...ids('Public'), ...ids('Private')]),
    },
    Outputs: {
      ARN: exported('ARN', attribute('ControlPlane', 'Arn')),
      CertificateAuthorityData: { Value: attribute('ControlPlane', 'CertificateAuthorityData') },
      ClusterSecurityGroupId: exported('ClusterSecurityGroupId', attribute('ControlPlane', 'ClusterSecurityGroupId')),
      ClusterStackName: { Value: ref('AWS::StackName') },
      Endpoint: exported('Endpoint', attribute('ControlPlane', 'Endpoint')),
      SecurityGroup: exported('SecurityGroup', ref('ControlPlaneSecurityGroup')),
      SharedNodeSecurityGroup: exported('SharedNodeSecurityGroup', ref('ClusterSharedNodeSecurityGroup')),
      SubnetsPrivate: exported('SubnetsPrivate', joined('Private')),
      SubnetsPublic: exported('SubnetsPublic', joined('Public')),
      VPC: exported('VPC', ref('VPC')),
      ...(own === undefined ? { ServiceRoleARN: exported('ServiceRoleARN', attribute('ServiceRole', 'Arn')) } : {}),
    },
  };
}

const serviceRole: Resource = role('ServiceRole', {
  trust: trustOf(clusterRole),
  managed: [...clusterRole.managed, volumeController],
});

function controlPlane(config: ClusterConfig, SubnetIds: readonly object[]): Resource {
  const { metadata, vpc = {}, accessConfig = {}, kubernetesNetworkConfig = {} } = config;
  const { publicAccess = true, privateAccess = false } = vpc.clusterEndpoints ?? {};
  const { serviceIPv4CIDR } = kubernetesNetworkConfig;
  return {
    Type: 'AWS::EKS::Cluster',
    Properties: {
      Name: metadata.name,
      Version: metadata.version ?? defaultKubernetesVersion,
      RoleArn: config.iam?.serviceRoleARN ?? attribute('ServiceRole', 'Arn'),
      BootstrapSelfManagedAddons: false,
      AccessConfig: {
        AuthenticationMode: accessConfig.authenticationMode ?? 'API_AND_CONFIG_MAP',
        BootstrapClusterCreatorAdminPermissions: accessConfig.bootstrapClusterCreatorAdminPermissions ?? true,
      },
      ...(serviceIPv4CIDR === undefined
        ? {}
        : { KubernetesNetworkConfig: { ServiceIpv4Cidr: serviceIPv4CIDR, IpFamily: 'ipv4' } }),
      ResourcesVpcConfig: {
        EndpointPublicAccess: publicAccess,
        EndpointPrivateAccess: privateAccess,
        ...(vpc.publicAccessCIDRs ? { PublicAccessCidrs: vpc.publicAccessCIDRs } : {}),
        SecurityGroupIds: [ref('ControlPlaneSecurityGroup')],
        SubnetIds,
      },
      Tags: tagged('ControlPlane'),
    },
  };
}

const group = (logicalId: string, GroupDescription: string): Resource => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupDescription, VpcId: ref('VPC'), Tags: tagged(logicalId) },
});

const admission = (to: object, from: object, Description: string): Resource => ({
  Type: 'AWS::EC2::SecurityGroupIngress',
  Properties: { GroupId: to, SourceSecurityGroupId: from, Description, ...everything },
});

const shared = ref('ClusterSharedNodeSecurityGroup');
const ofEks = attribute('ControlPlane', 'ClusterSecurityGroupId');

/** Groups that admit each other, so that none can be deleted before its rules. */
const groups: Readonly<Record<string, Resource>> = {
  ControlPlaneSecurityGroup: group(
    'ControlPlaneSecurityGroup',
    'Communication between the control plane and worker nodegroups',
  ),
  ClusterSharedNodeSecurityGroup: group(
    'ClusterSharedNodeSecurityGroup',
    'Communication between all nodes in the cluster',
  ),
  IngressInterNodeGroupSG: admission(shared, shared, 'Allow nodes to communicate with each other (all ports)'),
  IngressDefaultClusterToNodeSG: admission(
    shared,
    ofEks,
    'Allow managed and unmanaged nodes to communicate with each other (all ports)',
  ),
  IngressNodeToDefaultClusterSG: admission(
    ofEks,
    shared,
    'Allow unmanaged nodes to communicate with control plane (all ports)',
  ),
};

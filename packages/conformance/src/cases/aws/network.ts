import type { AwsCase } from './types.ts';

const named = (ResourceType: string, Name: string) => [{ ResourceType, Tags: [{ Key: 'Name', Value: Name }] }];
const inVpc = [{ Name: 'vpc-id', Values: ['${vpc}'] }];
const everywhere = '0.0.0.0/0';

/** The external network of scenario 3, made, looked up as scripts do, and taken down in the wrong order first. */
export const networkCases: readonly AwsCase[] = [
  {
    area: 'ec2',
    name: 'network: is made, found by names and filters, and taken down, in the right order only',
    steps: [
      {
        call: 'ec2 CreateVpc',
        input: { CidrBlock: '10.1.0.0/16', TagSpecifications: named('vpc', '${n}-vpc') },
        save: { vpc: 'Vpc.VpcId' },
      },
      { call: 'ec2 wait VpcAvailable', input: { VpcIds: ['${vpc}'] } },
      { call: 'ec2 ModifyVpcAttribute', input: { VpcId: '${vpc}', EnableDnsHostnames: { Value: true } } },
      {
        call: 'ec2 DescribeVpcs',
        input: { Filters: [{ Name: 'tag:Name', Values: ['${n}-v*'] }] },
        expect: { Vpcs: [{ VpcId: '${vpc}', CidrBlock: '10.1.0.0/16', State: 'available' }] },
      },
      {
        call: 'ec2 CreateSubnet',
        input: {
          VpcId: '${vpc}',
          CidrBlock: '10.1.4.0/24',
          AvailabilityZone: '${region}a',
          TagSpecifications: named('subnet', '${n}-Public-a'),
        },
        save: { subnet: 'Subnet.SubnetId' },
      },
      {
        call: 'ec2 CreateSubnet',
        input: { VpcId: '${vpc}', CidrBlock: '10.1.4.0/25' },
        fails: 'InvalidSubnet.Conflict',
      },
      { call: 'ec2 CreateSubnet', input: { VpcId: '${vpc}', CidrBlock: '10.9.0.0/24' }, fails: 'InvalidSubnet.Range' },
      {
        call: 'ec2 DescribeSubnets',
        input: { Filters: [...inVpc, { Name: 'tag:Name', Values: ['*Public*'] }] },
        expect: { Subnets: [{ SubnetId: '${subnet}', AvailableIpAddressCount: 251 }] },
      },
      { call: 'ec2 CreateInternetGateway', save: { igw: 'InternetGateway.InternetGatewayId' } },
      { call: 'ec2 AttachInternetGateway', input: { InternetGatewayId: '${igw}', VpcId: '${vpc}' } },
      {
        call: 'ec2 AttachInternetGateway',
        input: { InternetGatewayId: '${igw}', VpcId: '${vpc}' },
        fails: 'Resource.AlreadyAssociated',
      },
      { call: 'ec2 AllocateAddress', input: { Domain: 'vpc' }, save: { eip: 'AllocationId' } },
      {
        call: 'ec2 CreateNatGateway',
        input: { SubnetId: '${subnet}', AllocationId: '${eip}' },
        save: { nat: 'NatGateway.NatGatewayId' },
      },
      { call: 'ec2 wait NatGatewayAvailable', input: { NatGatewayIds: ['${nat}'] } },
      {
        call: 'ec2 DescribeNatGateways',
        input: { Filter: [...inVpc, { Name: 'state', Values: ['pending', 'available'] }] },
        expect: { NatGateways: [{ NatGatewayId: '${nat}', NatGatewayAddresses: [{ AllocationId: '${eip}' }] }] },
      },
      { call: 'ec2 CreateRouteTable', input: { VpcId: '${vpc}' }, save: { table: 'RouteTable.RouteTableId' } },
      {
        call: 'ec2 CreateRoute',
        input: { RouteTableId: '${table}', DestinationCidrBlock: everywhere, GatewayId: '${igw}' },
      },
      {
        call: 'ec2 CreateRoute',
        input: { RouteTableId: '${table}', DestinationCidrBlock: everywhere, NatGatewayId: '${nat}' },
        fails: 'RouteAlreadyExists',
      },
      {
        call: 'ec2 AssociateRouteTable',
        input: { RouteTableId: '${table}', SubnetId: '${subnet}' },
        save: { association: 'AssociationId' },
      },
      {
        call: 'ec2 DescribeRouteTables',
        input: { Filters: [...inVpc, { Name: 'association.main', Values: ['true'] }] },
        save: { main: 'RouteTables.0.RouteTableId' },
      },
      {
        call: 'ec2 DescribeSecurityGroups',
        input: { Filters: [...inVpc, { Name: 'group-name', Values: ['default'] }] },
        save: { default: 'SecurityGroups.0.GroupId' },
      },
      { call: 'ec2 DeleteVpc', input: { VpcId: '${vpc}' }, fails: 'DependencyViolation' },
      { call: 'ec2 DeleteSubnet', input: { SubnetId: '${subnet}' }, fails: 'DependencyViolation' },
      {
        call: 'ec2 DetachInternetGateway',
        input: { InternetGatewayId: '${igw}', VpcId: '${vpc}' },
        fails: 'DependencyViolation',
      },
      { call: 'ec2 DeleteInternetGateway', input: { InternetGatewayId: '${igw}' }, fails: 'DependencyViolation' },
      { call: 'ec2 ReleaseAddress', input: { AllocationId: '${eip}' }, fails: 'InvalidIPAddress.InUse' },
      { call: 'ec2 DeleteRouteTable', input: { RouteTableId: '${table}' }, fails: 'DependencyViolation' },
      { call: 'ec2 DeleteRouteTable', input: { RouteTableId: '${main}' }, fails: 'DependencyViolation' },
      { call: 'ec2 DeleteSecurityGroup', input: { GroupId: '${default}' }, fails: 'CannotDelete' },
      { call: 'ec2 DeleteNatGateway', input: { NatGatewayId: '${nat}' } },
      { call: 'ec2 wait NatGatewayDeleted', input: { NatGatewayIds: ['${nat}'] } },
      { call: 'ec2 ReleaseAddress', input: { AllocationId: '${eip}' } },
      { call: 'ec2 DetachInternetGateway', input: { InternetGatewayId: '${igw}', VpcId: '${vpc}' } },
      { call: 'ec2 DeleteInternetGateway', input: { InternetGatewayId: '${igw}' } },
      { call: 'ec2 DisassociateRouteTable', input: { AssociationId: '${association}' } },
      { call: 'ec2 DeleteRouteTable', input: { RouteTableId: '${table}' } },
      { call: 'ec2 DeleteSubnet', input: { SubnetId: '${subnet}' } },
      { call: 'ec2 DeleteVpc', input: { VpcId: '${vpc}' } },
      { call: 'ec2 DescribeVpcs', input: { VpcIds: ['${vpc}'] }, fails: 'InvalidVpcID.NotFound' },
    ],
  },
  {
    area: 'ec2',
    name: 'security groups: rules are checked, groups that refer to each other block each other',
    steps: [
      { call: 'ec2 CreateVpc', input: { CidrBlock: '10.2.0.0/16' }, save: { vpc: 'Vpc.VpcId' } },
      {
        call: 'ec2 CreateSecurityGroup',
        input: { GroupName: 'a', Description: 'a', VpcId: '${vpc}' },
        save: { a: 'GroupId' },
      },
      {
        call: 'ec2 CreateSecurityGroup',
        input: { GroupName: 'a', Description: 'a', VpcId: '${vpc}' },
        fails: 'InvalidGroup.Duplicate',
      },
      {
        call: 'ec2 CreateSecurityGroup',
        input: { GroupName: 'b', Description: 'b', VpcId: '${vpc}' },
        save: { b: 'GroupId' },
      },
      {
        call: 'ec2 AuthorizeSecurityGroupIngress',
        input: {
          GroupId: '${b}',
          IpPermissions: [
            { IpProtocol: 'tcp', FromPort: 15_000, ToPort: 15_200, UserIdGroupPairs: [{ GroupId: '${a}' }] },
          ],
        },
        save: { rule: 'SecurityGroupRules.0.SecurityGroupRuleId' },
      },
      {
        call: 'ec2 AuthorizeSecurityGroupIngress',
        input: {
          GroupId: '${b}',
          IpPermissions: [
            { IpProtocol: 'tcp', FromPort: 15_000, ToPort: 15_200, UserIdGroupPairs: [{ GroupId: '${a}' }] },
          ],
        },
        fails: 'InvalidPermission.Duplicate',
      },
      {
        call: 'ec2 DescribeSecurityGroupRules',
        input: { SecurityGroupRuleIds: ['${rule}'] },
        expect: { SecurityGroupRules: [{ FromPort: 15_000, ReferencedGroupInfo: { GroupId: '${a}' } }] },
      },
      { call: 'ec2 DeleteSecurityGroup', input: { GroupId: '${a}' }, fails: 'DependencyViolation' },
      { call: 'ec2 RevokeSecurityGroupIngress', input: { GroupId: '${b}', SecurityGroupRuleIds: ['${rule}'] } },
      { call: 'ec2 DeleteSecurityGroup', input: { GroupId: '${a}' } },
      { call: 'ec2 DeleteSecurityGroup', input: { GroupId: '${b}' } },
      { call: 'ec2 DeleteVpc', input: { VpcId: '${vpc}' } },
      { call: 'ec2 DescribeSecurityGroups', input: { GroupIds: ['${a}'] }, fails: 'InvalidGroup.NotFound' },
    ],
  },
  {
    area: 'ec2',
    name: 'peering: across accounts, each side with its own view',
    steps: [
      { call: 'ec2 CreateVpc', input: { CidrBlock: '10.3.0.0/16' }, save: { vpc: 'Vpc.VpcId' } },
      { call: 'ec2 CreateVpc', input: { CidrBlock: '10.4.0.0/16' }, save: { peer: 'Vpc.VpcId' }, as: 'external' },
      {
        call: 'ec2 CreateVpcPeeringConnection',
        input: { VpcId: '${vpc}', PeerVpcId: '${peer}', PeerOwnerId: '${external}', PeerRegion: '${region}' },
        save: { pcx: 'VpcPeeringConnection.VpcPeeringConnectionId' },
      },
      { call: 'ec2 wait VpcPeeringConnectionExists', input: { VpcPeeringConnectionIds: ['${pcx}'] }, as: 'external' },
      {
        call: 'ec2 AcceptVpcPeeringConnection',
        input: { VpcPeeringConnectionId: '${pcx}' },
        fails: 'OperationNotPermitted',
      },
      { call: 'ec2 AcceptVpcPeeringConnection', input: { VpcPeeringConnectionId: '${pcx}' }, as: 'external' },
      {
        call: 'ec2 DescribeVpcPeeringConnections',
        input: {
          Filters: [
            { Name: 'requester-vpc-info.vpc-id', Values: ['${vpc}'] },
            { Name: 'accepter-vpc-info.vpc-id', Values: ['${peer}'] },
          ],
        },
        expect: {
          VpcPeeringConnections: [{ VpcPeeringConnectionId: '${pcx}', AccepterVpcInfo: { OwnerId: '${external}' } }],
        },
      },
      { call: 'ec2 DeleteVpcPeeringConnection', input: { VpcPeeringConnectionId: '${pcx}' } },
      { call: 'ec2 DeleteVpc', input: { VpcId: '${vpc}' } },
      { call: 'ec2 DeleteVpc', input: { VpcId: '${peer}' }, as: 'external' },
    ],
  },
  {
    area: 'errors',
    name: 'what is not there, or not known, is said in the words of the service',
    steps: [
      {
        call: 'ec2 DescribeSubnets',
        input: { SubnetIds: ['subnet-00000000000000000'] },
        fails: 'InvalidSubnetID.NotFound',
      },
      {
        call: 'ec2 DescribeNatGateways',
        input: { Filter: [{ Name: 'colour', Values: ['red'] }] },
        fails: 'InvalidParameterValue',
      },
      { call: 'ec2 DescribeSpotPriceHistory', fails: 'InvalidAction' },
      { call: 'iam ListMFADevices', fails: 'InvalidAction' },
      { call: 'ecs ListAttributes', input: { targetType: 'container-instance' }, fails: 'UnknownOperationException' },
      {
        call: 'eks DescribeFargateProfile',
        input: { clusterName: 'x', fargateProfileName: 'y' },
        fails: 'UnknownOperationException',
      },
      { call: 'cloudformation DescribeStacks', input: { StackName: 'nobody' }, fails: 'ValidationError' },
      { call: 'elb DescribeLoadBalancers', input: { LoadBalancerNames: ['nobody'] }, fails: 'LoadBalancerNotFound' },
      { call: 'elbv2 DescribeLoadBalancers', input: { Names: ['nobody'] }, fails: 'LoadBalancerNotFound' },
      { call: 'logs DeleteLogGroup', input: { logGroupName: 'nobody' }, fails: 'ResourceNotFoundException' },
      {
        call: 'sts AssumeRole',
        input: { RoleArn: 'arn:aws:iam::${external}:role/nobody', RoleSessionName: 'conformance' },
        fails: 'AccessDenied',
      },
    ],
  },
];

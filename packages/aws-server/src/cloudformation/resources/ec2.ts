import { ready, waiting } from '@meshbed/core';
import type { Properties } from '../state.ts';
import { retag } from './retag.ts';
import type { Made, ResourceType, Work } from './types.ts';

type Attributes = Readonly<Record<string, string>>;

interface Row {
  properties: string;
  /** As tag specifications name it; without one it gets no tags. */
  kind?: string;
  create: string;
  /** Where the answer has the new resource, and its member with the id. */
  answer: readonly [member: string, id: string];
  /** For Fn::GetAtt: attribute → member of the new resource. */
  attributes?: Attributes;
  delete: string;
  /** Parameter of the deletion. */
  key: string;
  /** Further calls once it is there. */
  finish?: (id: string, properties: Properties, work: Work) => Promise<void>;
  /** Properties that these calls also change later. */
  settable?: string;
}

/** A resource whose properties are the parameters of the call that makes it. */
const plain = ({
  properties,
  kind,
  answer,
  attributes = {},
  finish,
  key,
  settable: later,
  ...calls
}: Row): ResourceType => ({
  properties: kind === undefined ? properties : `${properties} Tags`,
  async create({ Tags, ...given }, work) {
    const own = Object.fromEntries(Object.entries(given).filter(([name]) => !settable.has(name)));
    const specifications = kind && [{ ResourceType: kind, Tags: work.tags(Tags) }];
    const output = await work.aws('ec2', calls.create, {
      ...own,
      ...(specifications ? { TagSpecifications: specifications } : {}),
    });
    const [member, idMember] = answer;
    const made = (member === '' ? output : output[member]) as unknown as Record<string, string>;
    const id = made[idMember] ?? '';
    await finish?.(id, given, work);
    return {
      physicalId: id,
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, from]) => [name, made[from] ?? ''])),
    };
  },
  updates: `${kind === undefined ? '' : 'Tags'} ${later ?? ''}`.trim(),
  async update({ physicalId }, work, { before, after }) {
    await retag(physicalId, work, { before: before['Tags'], after: after['Tags'] });
    if (later !== undefined) await finish?.(physicalId, after, work);
  },
  async delete({ physicalId }, work) {
    await work.aws('ec2', calls.delete, { [key]: physicalId });
  },
});

/** Properties that are set by a call of their own. */
const settable = new Set(['EnableDnsSupport', 'EnableDnsHostnames', 'MapPublicIpOnLaunch']);

const setAttributes =
  (operation: string, key: string) =>
  async (id: string, properties: Properties, { aws }: Work): Promise<void> => {
    for (const [name, value] of Object.entries(properties)) {
      if (settable.has(name)) await aws('ec2', operation, { [key]: id, [name]: { Value: isTrue(value) } });
    }
  };

/** Templates may say `true` or "true". */
const isTrue = (value: unknown) => String(value) === 'true';

const natState = async (id: string, { aws }: Work): Promise<string> => {
  const { NatGateways = [] } = await aws<{ NatGateways?: { State?: string; FailureMessage?: string }[] }>(
    'ec2',
    'DescribeNatGateways',
    { NatGatewayIds: [id] },
  );
  const [{ State = '', FailureMessage } = {}] = NatGateways;
  if (State === 'failed') throw new Error(FailureMessage ?? 'the NAT gateway failed');
  return State;
};

const untilNat = (id: string, wanted: string, work: Work) =>
  work.until(`NAT gateway ${id}`, async () => {
    const state = await natState(id, work);
    return state === wanted ? ready(state) : waiting(`it is ${state}`);
  });

const natGateway = plain({
  properties: 'SubnetId AllocationId ConnectivityType',
  kind: 'natgateway',
  create: 'CreateNatGateway',
  answer: ['NatGateway', 'NatGatewayId'],
  delete: 'DeleteNatGateway',
  key: 'NatGatewayId',
  finish: (id, _, work) => untilNat(id, 'available', work),
});

const attached = ({ physicalId }: Made) => {
  const [InternetGatewayId = '', VpcId = ''] = physicalId.split('|');
  return { InternetGatewayId, VpcId };
};

/** Types of EC2, by their names in templates. */
export const ec2Types: Readonly<Record<string, ResourceType>> = {
  'AWS::EC2::VPC': plain({
    properties: 'CidrBlock EnableDnsSupport EnableDnsHostnames InstanceTenancy',
    kind: 'vpc',
    create: 'CreateVpc',
    answer: ['Vpc', 'VpcId'],
    attributes: { VpcId: 'VpcId', CidrBlock: 'CidrBlock' },
    delete: 'DeleteVpc',
    key: 'VpcId',
    finish: setAttributes('ModifyVpcAttribute', 'VpcId'),
    settable: 'EnableDnsSupport EnableDnsHostnames',
  }),
  'AWS::EC2::Subnet': plain({
    properties: 'VpcId CidrBlock AvailabilityZone MapPublicIpOnLaunch',
    kind: 'subnet',
    create: 'CreateSubnet',
    answer: ['Subnet', 'SubnetId'],
    attributes: { SubnetId: 'SubnetId', AvailabilityZone: 'AvailabilityZone', VpcId: 'VpcId' },
    delete: 'DeleteSubnet',
    key: 'SubnetId',
    finish: setAttributes('ModifySubnetAttribute', 'SubnetId'),
    settable: 'MapPublicIpOnLaunch',
  }),
  'AWS::EC2::InternetGateway': plain({
    properties: '',
    kind: 'internet-gateway',
    create: 'CreateInternetGateway',
    answer: ['InternetGateway', 'InternetGatewayId'],
    attributes: { InternetGatewayId: 'InternetGatewayId' },
    delete: 'DeleteInternetGateway',
    key: 'InternetGatewayId',
  }),
  'AWS::EC2::VPCGatewayAttachment': {
    properties: 'InternetGatewayId VpcId',
    async create({ InternetGatewayId, VpcId }, { aws }) {
      await aws('ec2', 'AttachInternetGateway', { InternetGatewayId, VpcId });
      return { physicalId: `${InternetGatewayId as string}|${VpcId as string}` };
    },
    async delete(made, { aws }) {
      await aws('ec2', 'DetachInternetGateway', attached(made));
    },
  },
  'AWS::EC2::EIP': {
    properties: 'Domain Tags',
    async create({ Domain, Tags }, { aws, tags }) {
      const TagSpecifications = [{ ResourceType: 'elastic-ip', Tags: tags(Tags) }];
      const output = await aws<{ PublicIp: string; AllocationId: string }>('ec2', 'AllocateAddress', {
        Domain,
        TagSpecifications,
      });
      const { PublicIp, AllocationId } = output;
      return { physicalId: PublicIp, attributes: { AllocationId, PublicIp } };
    },
    async delete({ attributes }, { aws }) {
      await aws('ec2', 'ReleaseAddress', { AllocationId: attributes?.['AllocationId'] });
    },
  },
  'AWS::EC2::NatGateway': {
    ...natGateway,
    async delete(made, work, properties) {
      await natGateway.delete(made, work, properties);
      await untilNat(made.physicalId, 'deleted', work);
    },
  },
  'AWS::EC2::RouteTable': plain({
    properties: 'VpcId',
    kind: 'route-table',
    create: 'CreateRouteTable',
    answer: ['RouteTable', 'RouteTableId'],
    attributes: { RouteTableId: 'RouteTableId' },
    delete: 'DeleteRouteTable',
    key: 'RouteTableId',
  }),
  'AWS::EC2::Route': {
    properties: 'RouteTableId DestinationCidrBlock GatewayId NatGatewayId VpcPeeringConnectionId',
    async create(properties, { aws }) {
      await aws('ec2', 'CreateRoute', properties);
      const { RouteTableId, DestinationCidrBlock } = properties;
      return { physicalId: `${RouteTableId as string}|${DestinationCidrBlock as string}` };
    },
    updates: 'GatewayId NatGatewayId VpcPeeringConnectionId',
    async update(_, { aws }, { after }) {
      await aws('ec2', 'ReplaceRoute', after);
    },
    async delete(_, { aws }, { RouteTableId, DestinationCidrBlock }) {
      await aws('ec2', 'DeleteRoute', { RouteTableId, DestinationCidrBlock });
    },
  },
  'AWS::EC2::SubnetRouteTableAssociation': plain({
    properties: 'SubnetId RouteTableId',
    create: 'AssociateRouteTable',
    answer: ['', 'AssociationId'],
    delete: 'DisassociateRouteTable',
    key: 'AssociationId',
  }),
};

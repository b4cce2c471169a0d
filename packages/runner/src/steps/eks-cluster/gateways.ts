import {
  AllocateAddressCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  type InternetGateway,
  type NatGateway,
} from '@aws-sdk/client-ec2';
import { MeshbedError, ready, waiting, type Progress } from '@meshbed/core';
import { filter, ownedAs, tagged } from '../../aws/tags.ts';
import type { StepContext } from '../types.ts';
import type { EksNetwork } from './network.ts';
import { ensureRouteTable } from './route-table.ts';

/** The way of the public subnets to the Internet. */
export async function ensurePublicRoutes(step: StepContext, { vpcId, publicSubnetIds }: EksNetwork): Promise<void> {
  const GatewayId = await ensureInternetGateway(step, vpcId);
  await ensureRouteTable(step, { vpcId, name: 'PublicRouteTable', subnetIds: publicSubnetIds, target: { GatewayId } });
}

/** The way out of the private subnets, through a NAT gateway in the first public one. */
export async function ensurePrivateRoutes(step: StepContext, network: EksNetwork): Promise<void> {
  const { vpcId, publicSubnetIds, privateSubnetIds } = network;
  const NatGatewayId = await ensureNatGateway(step, vpcId, publicSubnetIds[0] ?? '');
  await ensureRouteTable(step, {
    vpcId,
    name: 'PrivateRouteTable',
    subnetIds: privateSubnetIds,
    target: { NatGatewayId },
  });
}

async function ensureInternetGateway(step: StepContext, VpcId: string): Promise<string> {
  const { ec2 } = step.local;
  const name = `${step.configuration.clusterName}/InternetGateway`;
  const attach = async (gateway: InternetGateway) => {
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: gateway.InternetGatewayId, VpcId }));
    return gateway;
  };
  const { InternetGatewayId = '' } = await step.ensure<InternetGateway>({
    kind: 'Internet gateway',
    name,
    async find() {
      const Filters = ownedAs(name, step.configuration);
      return (await ec2.send(new DescribeInternetGatewaysCommand({ Filters }))).InternetGateways?.[0];
    },
    differs: ({ Attachments = [] }) =>
      Attachments.some((to) => to.VpcId === VpcId) ? undefined : 'it is not attached',
    async create() {
      const TagSpecifications = tagged('internet-gateway', name, step.configuration);
      const { InternetGateway: gateway } = await ec2.send(new CreateInternetGatewayCommand({ TagSpecifications }));
      return attach(gateway as InternetGateway);
    },
    update: attach,
  });
  return InternetGatewayId;
}

async function ensureNatGateway(step: StepContext, vpcId: string, SubnetId: string): Promise<string> {
  const { ec2 } = step.local;
  const name = `${step.configuration.clusterName}/NATGateway`;
  const find = async () => {
    // Deleted and failed ones stay listed for an hour. This filter parameter is singular.
    const Filter = [filter('vpc-id', vpcId), filter('state', 'pending', 'available')];
    return (await ec2.send(new DescribeNatGatewaysCommand({ Filter }))).NatGateways?.[0];
  };
  const { NatGatewayId = '' } = await step.ensure<NatGateway>({
    kind: 'NAT gateway',
    name,
    find,
    async create() {
      const AllocationId = await ensureElasticIp(step);
      const TagSpecifications = tagged('natgateway', name, step.configuration);
      const { NatGateway: gateway } = await ec2.send(
        new CreateNatGatewayCommand({ SubnetId, AllocationId, TagSpecifications }),
      );
      return gateway as NatGateway;
    },
  });
  const describe = async () => {
    const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] }));
    return NatGateways[0];
  };
  await step.wait({
    what: `NAT gateway ${NatGatewayId}`,
    timeoutMs: 10 * 60_000,
    condition: async () => natProgress(NatGatewayId, await describe()),
  });
  return NatGatewayId;
}

function natProgress(id: string, gateway: NatGateway | undefined): Progress<NatGateway> {
  if (gateway?.State === 'available') return ready(gateway);
  if (gateway?.State !== 'failed') return waiting(`NAT gateway ${id} is ${gateway?.State ?? 'not visible yet'}`);
  throw new MeshbedError('cloud/nat-gateway-failed', `the NAT gateway could not be created: ${gateway.FailureCode}`, {
    object: id,
    ...(gateway.FailureMessage === undefined ? {} : { likely: gateway.FailureMessage }),
  });
}

async function ensureElasticIp(step: StepContext): Promise<string> {
  const { ec2 } = step.local;
  const name = `${step.configuration.clusterName}/NATIP`;
  return step.ensure<string>({
    kind: 'elastic IP address',
    name,
    async find() {
      const { Addresses = [] } = await ec2.send(
        new DescribeAddressesCommand({ Filters: ownedAs(name, step.configuration) }),
      );
      return Addresses.find(({ AssociationId }) => AssociationId === undefined)?.AllocationId;
    },
    async create() {
      const TagSpecifications = tagged('elastic-ip', name, step.configuration);
      return (await ec2.send(new AllocateAddressCommand({ Domain: 'vpc', TagSpecifications }))).AllocationId ?? '';
    },
  });
}

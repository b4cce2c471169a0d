import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  type NatGateway,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import { MeshbedError, ready, waiting, type Progress } from '@meshbed/core';
import { filter, ownedAs, tagged } from '../aws/tags.ts';
import type { StepContext } from '../steps/types.ts';

export interface WantedNatGateway {
  name: string;
  vpcId: string;
  /** A public subnet. */
  subnetId: string;
  /** Name of its elastic IP address. */
  address: string;
}

/** Returns its id when it is available. */
export async function ensureNatGateway(
  step: StepContext,
  aws: AwsClients,
  { name, vpcId, subnetId: SubnetId, address }: WantedNatGateway,
): Promise<string> {
  const { ec2 } = aws;
  const { NatGatewayId = '' } = await step.ensure<NatGateway>({
    kind: 'NAT gateway',
    name,
    async find() {
      // Deleted and failed ones stay listed for an hour. This filter parameter is singular.
      const Filter = [filter('vpc-id', vpcId), filter('state', 'pending', 'available')];
      return (await ec2.send(new DescribeNatGatewaysCommand({ Filter }))).NatGateways?.[0];
    },
    async create() {
      const AllocationId = await ensureElasticIp(step, aws, address);
      const TagSpecifications = tagged('natgateway', name, step.configuration);
      const { NatGateway: gateway } = await ec2.send(
        new CreateNatGatewayCommand({ SubnetId, AllocationId, TagSpecifications }),
      );
      return gateway as NatGateway;
    },
  });
  await step.wait({
    what: `NAT gateway ${NatGatewayId}`,
    timeoutMs: 10 * 60_000,
    async condition() {
      const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] }));
      return progressOf(NatGatewayId, NatGateways[0]);
    },
  });
  return NatGatewayId;
}

function progressOf(id: string, gateway: NatGateway | undefined): Progress<NatGateway> {
  if (gateway?.State === 'available') return ready(gateway);
  if (gateway?.State !== 'failed') return waiting(`NAT gateway ${id} is ${gateway?.State ?? 'not visible yet'}`);
  throw new MeshbedError('cloud/nat-gateway-failed', `the NAT gateway could not be created: ${gateway.FailureCode}`, {
    object: id,
    ...(gateway.FailureMessage === undefined ? {} : { likely: gateway.FailureMessage }),
  });
}

/** One that is not in use. */
function ensureElasticIp(step: StepContext, { ec2 }: AwsClients, name: string): Promise<string> {
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

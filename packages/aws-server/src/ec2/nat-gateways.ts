import type { ElasticIp, NatGateway, Subnet } from '@meshbed/fabric';
import type { Context } from '../context.ts';
import { AwsError } from '../errors.ts';
import { onFabric } from './errors.ts';
import { owned } from './objects.ts';

interface NatGatewayParts {
  subnet: Subnet;
  address: ElasticIp;
  tags: Map<string, string>;
}

/** A NAT gateway with its interface and the address bound to it; it becomes available, or fails without an Internet gateway. */
export function addNatGateway(context: Context, { subnet, address, tags }: NatGatewayParts): NatGateway {
  const { world, account: ownerId, region } = context;
  if (address.associationId !== undefined) {
    throw new AwsError('Resource.AlreadyAssociated', `Elastic IP address [${address.id}] is already associated`);
  }
  const base = owned(context, 'nat', tags);
  const eni = onFabric(() =>
    world.fabric.createInterface({
      subnetId: subnet.id,
      groupIds: [],
      ownerId,
      region,
      description: `Interface for NAT Gateway ${base.id}`,
      interfaceType: 'nat_gateway',
      requesterManaged: true,
    }),
  );
  const [privateIp = ''] = eni.ips;
  eni.publicIps.set(privateIp, address.publicIp);
  eni.attachment = { id: `ela-attach-${world.ids.hex(17)}`, ownerId: 'amazon-aws' };
  address.eniId = eni.id;
  address.associationId = `eipassoc-${world.ids.hex(17)}`;
  const nat: NatGateway = {
    ...base,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    allocationId: address.id,
    eniId: eni.id,
    privateIp,
    publicIp: address.publicIp,
    state: 'pending',
    createdAtMs: world.clock.now(),
  };
  world.fabric.natGateways.set(nat.id, nat);
  follow(context, nat);
  return nat;
}

export function deleteNatGateway(context: Context, nat: NatGateway): void {
  if (nat.state === 'deleting' || nat.state === 'deleted') return;
  nat.state = 'deleting';
  follow(context, nat);
}

function follow(context: Context, nat: NatGateway): void {
  const begun = nat.state;
  context.world.transitions.follow('nat-gateway', begun, (next) => {
    // Deleted while pending: that transition goes its own way.
    if (nat.state !== begun) return undefined;
    nat.state = next as NatGateway['state'];
    if (next === 'available') checkGateway(context, nat);
    if (next === 'deleted') release(context, nat);
    return undefined;
  });
}

function checkGateway(context: Context, nat: NatGateway): void {
  const attached = [...context.world.fabric.internetGateways.values()].some(({ vpcId }) => vpcId === nat.vpcId);
  if (attached) return;
  nat.state = 'failed';
  nat.failureCode = 'Gateway.NotAttached';
  nat.failureMessage = `Network ${nat.vpcId} has no Internet gateway attached`;
  release(context, nat);
}

/** Its interface goes, its address is free again; the record stays listed for a while. */
function release({ world: { fabric, clock } }: Context, nat: NatGateway): void {
  nat.deletedAtMs = clock.now();
  fabric.deleteInterface(nat.eniId);
  const address = fabric.elasticIps.get(nat.allocationId);
  delete address?.eniId;
  delete address?.associationId;
}

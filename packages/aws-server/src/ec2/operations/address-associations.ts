import type * as EC2 from '@aws-sdk/client-ec2';
import type { ElasticIp } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { find, own } from '../objects.ts';
import { acting } from '../rules.ts';
import { Ec2State } from '../state.ts';
import { missing } from '../kinds.ts';

/** The interface that is named, or the one of the instance that is. */
function interfaceOf(context: Context, { NetworkInterfaceId, InstanceId }: EC2.AssociateAddressCommandInput) {
  if (InstanceId === undefined) return find(context, 'network-interface', NetworkInterfaceId);
  const instance = context.state(Ec2State).instances.get(InstanceId);
  if (!instance) throw missing('instance', InstanceId);
  return find(context, 'network-interface', instance.eniId);
}

function associate(input: EC2.AssociateAddressCommandInput, context: Context): string {
  const address = find(context, 'elastic-ip', input.AllocationId);
  const eni = interfaceOf(context, input);
  const ip = input.PrivateIpAddress ?? eni.ips[0] ?? '';
  if (!eni.ips.includes(ip)) throw missing('network-interface', ip);
  if (address.associationId !== undefined && !input.AllowReassociation) {
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `resource ${address.id} is already associated with associate-id ${address.associationId}`,
    );
  }
  dissociate(context, address);
  eni.publicIps.set(ip, address.publicIp);
  address.eniId = eni.id;
  return (address.associationId = `eipassoc-${context.world.ids.hex(17)}`);
}

function dissociate({ world: { fabric } }: Context, address: ElasticIp): void {
  const { publicIps } = fabric.interfaces.get(address.eniId ?? '') ?? { publicIps: new Map<string, string>() };
  for (const [ip, shown] of publicIps) if (shown === address.publicIp) publicIps.delete(ip);
  delete address.eniId;
  delete address.associationId;
}

/** @throws AwsError AuthFailure while a NAT gateway has it */
function checkOwn({ world: { fabric } }: Context, { id, eniId }: ElasticIp): void {
  if (!fabric.interfaces.get(eniId ?? '')?.requesterManaged) return;
  throw new AwsError(
    'AuthFailure',
    `You do not have permission to access the specified resource: ${id} belongs to a NAT gateway.`,
  );
}

export const addressAssociationOperations: ServiceParts<typeof EC2> = {
  handlers: {
    AssociateAddress: (input, context) => ({ AssociationId: associate(input, context) }),
    DisassociateAddress({ AssociationId }, context) {
      const address = own(context, 'elastic-ip').find(({ associationId }) => associationId === AssociationId);
      if (!address || AssociationId === undefined) {
        throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${AssociationId}' does not exist`);
      }
      checkOwn(context, address);
      dissociate(context, address);
      return {};
    },
  },
  rules: {
    AssociateAddress: acting(
      'AllocationId NetworkInterfaceId InstanceId PrivateIpAddress AllowReassociation',
      (input: EC2.AssociateAddressCommandInput) => [input.AllocationId, input.NetworkInterfaceId ?? input.InstanceId],
    ),
    DisassociateAddress: acting('AssociationId', () => []),
  },
};

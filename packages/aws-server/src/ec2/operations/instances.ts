import type * as EC2 from '@aws-sdk/client-ec2';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { privateDnsName } from '../addressing.ts';
import { describe, nextToken } from '../describe.ts';
import type { FilterTable } from '../filters.ts';
import { terminateInstance } from '../instances.ts';
import { missing } from '../kinds.ts';
import { acting, reading } from '../rules.ts';
import { Ec2State, type Instance, type InstanceState } from '../state.ts';
import { shownTags } from '../tags.ts';

const stateCodes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
};

const stateShape = (state: InstanceState): EC2.InstanceState => ({ Name: state, Code: stateCodes[state] });

const privateName = ({ privateIp, region }: Instance) => privateDnsName(privateIp, region);

const architecture = 'x86_64';
const reservationOf = ({ id }: Instance) => `r-${id.slice('i-'.length)}`;

const shapeOf = ({ world: { fabric } }: Context, instance: Instance): EC2.Instance => {
  const eni = fabric.interfaces.get(instance.eniId);
  const groups = eni?.groupIds.map((id) => ({ GroupId: id, GroupName: fabric.securityGroups.get(id)?.name }));
  return {
    InstanceId: instance.id,
    InstanceType: instance.instanceType as EC2._InstanceType,
    ImageId: instance.imageId,
    State: stateShape(instance.state),
    ...(instance.stateReason === undefined
      ? {}
      : { StateReason: { Code: 'Client.UserInitiatedShutdown', Message: instance.stateReason } }),
    LaunchTime: new Date(instance.launchedAtMs),
    Placement: { AvailabilityZone: instance.zone, Tenancy: 'default' },
    Architecture: architecture,
    Tags: shownTags(instance.tags),
    ...(instance.instanceProfileArn === undefined ? {} : { IamInstanceProfile: { Arn: instance.instanceProfileArn } }),
    ...(eni
      ? {
          VpcId: instance.vpcId,
          SubnetId: instance.subnetId,
          PrivateIpAddress: instance.privateIp,
          PrivateDnsName: privateName(instance),
          PublicIpAddress: eni.publicIps.get(instance.privateIp),
          SecurityGroups: groups,
          NetworkInterfaces: [
            {
              NetworkInterfaceId: eni.id,
              PrivateIpAddress: instance.privateIp,
              PrivateIpAddresses: eni.ips.map((ip) => ({ PrivateIpAddress: ip, Primary: ip === instance.privateIp })),
              SubnetId: instance.subnetId,
              VpcId: instance.vpcId,
              Groups: groups,
            },
          ],
        }
      : {}),
  };
};

const filters = ({ world: { fabric } }: Context): FilterTable<Instance> => ({
  'instance-id': ({ id }) => id,
  'instance-type': ({ instanceType }) => instanceType,
  'instance-state-name': ({ state }) => state,
  'instance-state-code': ({ state }) => stateCodes[state],
  'availability-zone': ({ zone }) => zone,
  'vpc-id': ({ vpcId }) => vpcId,
  'subnet-id': ({ subnetId }) => subnetId,
  'private-ip-address': ({ privateIp }) => privateIp,
  'private-dns-name': privateName,
  'ip-address': ({ eniId, privateIp }) => fabric.interfaces.get(eniId)?.publicIps.get(privateIp),
  'image-id': ({ imageId }) => imageId,
  architecture: () => architecture,
  tenancy: () => 'default',
  'owner-id': ({ ownerId }) => ownerId,
  'reservation-id': reservationOf,
  'launch-time': ({ launchedAtMs }) => new Date(launchedAtMs).toISOString(),
  'instance.group-id': ({ eniId }) => fabric.interfaces.get(eniId)?.groupIds,
  'instance.group-name': ({ eniId }) =>
    fabric.interfaces.get(eniId)?.groupIds.map((id) => fabric.securityGroups.get(id)?.name),
  'network-interface.network-interface-id': ({ eniId }) => eniId,
  'network-interface.vpc-id': ({ vpcId }) => vpcId,
  'network-interface.subnet-id': ({ subnetId }) => subnetId,
  'network-interface.group-id': ({ eniId }) => fabric.interfaces.get(eniId)?.groupIds,
  'iam-instance-profile.arn': ({ instanceProfileArn }) => instanceProfileArn,
});

function statusShape({ id, zone, state }: Instance): EC2.InstanceStatus {
  const Status = state === 'running' ? 'ok' : 'not-applicable';
  const checks = {
    Status,
    Details: state === 'running' ? [{ Name: 'reachability', Status: 'passed' } as const] : [],
  } as const;
  return {
    InstanceId: id,
    AvailabilityZone: zone,
    InstanceState: stateShape(state),
    InstanceStatus: checks,
    SystemStatus: checks,
  };
}

/** How long a terminated instance is still listed. */
const listedMs = 3_600_000;

const listed = (context: Context): Instance[] =>
  [...context.state(Ec2State).instances.values()].filter(
    ({ terminatedAtMs }) => terminatedAtMs === undefined || terminatedAtMs + listedMs > context.world.clock.now(),
  );

export const instanceOperations: ServiceParts<typeof EC2> = {
  handlers: {
    DescribeInstances(input, context) {
      const { items, next } = describe(
        { kind: 'instance', items: listed(context), filters: filters(context) },
        { ids: input.InstanceIds, filters: input.Filters, nextToken: input.NextToken, maxResults: input.MaxResults },
      );
      const Reservations = items.map((instance) => ({
        ReservationId: reservationOf(instance),
        OwnerId: instance.ownerId,
        Instances: [shapeOf(context, instance)],
      }));
      return { Reservations, ...nextToken(next) };
    },
    DescribeInstanceStatus(input, context) {
      const running = listed(context).filter(
        ({ state }) => (input.IncludeAllInstances ?? false) || state === 'running',
      );
      const { items, next } = describe(
        { kind: 'instance', items: running, filters: filters(context) },
        { ids: input.InstanceIds, filters: input.Filters, nextToken: input.NextToken, maxResults: input.MaxResults },
      );
      return { InstanceStatuses: items.map(statusShape), ...nextToken(next) };
    },
    TerminateInstances({ InstanceIds = [] }, context) {
      const { instances } = context.state(Ec2State);
      const named = InstanceIds.map((id) => {
        const instance = instances.get(id);
        if (!instance) throw missing('instance', id);
        return instance;
      });
      const TerminatingInstances = named.map((instance) => {
        const before = instance.state;
        terminateInstance(context.world, instance, 'Client.UserInitiatedShutdown: User initiated shutdown');
        return { InstanceId: instance.id, PreviousState: stateShape(before), CurrentState: stateShape(instance.state) };
      });
      return { TerminatingInstances };
    },
  },
  rules: {
    DescribeInstances: reading('InstanceIds Filters NextToken MaxResults'),
    DescribeInstanceStatus: reading('InstanceIds Filters IncludeAllInstances NextToken MaxResults'),
    TerminateInstances: acting('InstanceIds', ({ InstanceIds }) => InstanceIds),
  },
};

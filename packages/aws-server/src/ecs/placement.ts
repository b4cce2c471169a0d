import type { NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { Context } from '../context.ts';
import { invalidParameter } from './errors.ts';
import type { Placement } from './state.ts';

const mostSubnets = 16;
const mostSecurityGroups = 5;

/**
 * Checks subnets and security groups as ECS does before it accepts a service or a task. Without groups tasks get the
 * default group of the VPC.
 *
 * @throws AwsError InvalidParameterException
 */
export function placementOf(context: Context, configuration: NetworkConfiguration | undefined): Placement {
  const wanted = configuration?.awsvpcConfiguration;
  if (!wanted) throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const { subnets = [], securityGroups = [], assignPublicIp = 'DISABLED' } = wanted;
  if (subnets.length === 0) throw invalidParameter('subnets can not be empty.');
  if (subnets.length > mostSubnets) throw invalidParameter(`subnets can have at most ${mostSubnets} items.`);
  if (securityGroups.length > mostSecurityGroups)
    throw invalidParameter(`securityGroups can have at most ${mostSecurityGroups} items.`);
  const vpcId = vpcOf(context, subnets);
  for (const id of securityGroups) checkGroup(context, id, vpcId);
  const groups = securityGroups.length > 0 ? securityGroups : defaultGroup(context, vpcId);
  return { subnets: [...subnets], securityGroups: [...groups], assignPublicIp };
}

function vpcOf({ account, region, world }: Context, ids: readonly string[]): string {
  const vpcs = ids.map((id) => {
    const subnet = world.fabric.subnets.get(id);
    if (subnet?.ownerId !== account || subnet.region !== region) {
      throw invalidParameter(
        `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist (ErrorCode: InvalidSubnetID.NotFound).`,
      );
    }
    return subnet.vpcId;
  });
  if (new Set(vpcs).size > 1) throw invalidParameter('The provided subnets are not all in the same VPC.');
  return vpcs[0] ?? '';
}

function checkGroup({ account, world }: Context, id: string, vpcId: string): void {
  const group = world.fabric.securityGroups.get(id);
  if (group?.ownerId !== account) {
    throw invalidParameter(
      `Error retrieving security group information for [${id}]: The security group '${id}' does not exist (ErrorCode: InvalidGroup.NotFound).`,
    );
  }
  if (group.vpcId !== vpcId) {
    throw invalidParameter(`The security group '${id}' and the subnets are not in the same VPC.`);
  }
}

const defaultGroup = ({ world }: Context, vpcId: string): string[] =>
  [...world.fabric.securityGroups.values()]
    .filter((group) => group.vpcId === vpcId && group.name === 'default')
    .map(({ id }) => id);

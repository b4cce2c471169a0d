import type * as ELB from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../../context.ts';
import { tryFind } from '../../ec2/objects.ts';
import type { ServiceParts } from '../../service.ts';
import { tagKeys, tagMap } from '../../tags.ts';
import { fail, invalid, requireTcp, unsupported } from '../errors.ts';
import { elbArn, stateOf, targetGroupOf, usersOf } from '../lookup.ts';
import { elbPage } from '../pages.ts';
import type { TargetGroup } from '../state.ts';

const shapeOf = (context: Context, group: TargetGroup): ELB.TargetGroup => ({
  TargetGroupArn: group.arn,
  TargetGroupName: group.name,
  Protocol: 'TCP',
  Port: group.port,
  VpcId: group.vpcId,
  TargetType: group.targetType,
  HealthCheckProtocol: 'TCP',
  HealthCheckPort: group.healthCheck.port,
  HealthCheckEnabled: true,
  HealthCheckIntervalSeconds: group.healthCheck.intervalSeconds,
  HealthyThresholdCount: group.healthCheck.healthyThreshold,
  UnhealthyThresholdCount: group.healthCheck.unhealthyThreshold,
  LoadBalancerArns: usersOf(context, group.arn).map(({ arn }) => arn),
  IpAddressType: 'ipv4',
});

function targetType(given: ELB.TargetTypeEnum = 'instance'): TargetGroup['targetType'] {
  if (given === 'ip' || given === 'instance') return given;
  throw unsupported(`TargetType ${given}`);
}

function create(input: ELB.CreateTargetGroupCommandInput, context: Context): TargetGroup {
  const { Name: name = '', Port: port, VpcId } = input;
  if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(name)) {
    throw invalid(
      `Target group name '${name}' can only contain characters that are alphanumeric characters or hyphens(-)`,
    );
  }
  requireTcp('Protocol', input.Protocol ?? 'none');
  requireTcp('HealthCheckProtocol', input.HealthCheckProtocol);
  if (port === undefined) throw invalid('A port must be specified');
  const vpc = tryFind(context, 'vpc', VpcId);
  if (!vpc) throw invalid(`The VPC ID '${VpcId}' is not found`);
  const { targetGroups } = stateOf(context);
  if ([...targetGroups.values()].some((other) => other.name === name)) {
    const message = `A target group with the same name '${name}' exists, but with different settings`;
    throw fail('DuplicateTargetGroupNameException', message);
  }
  const group: TargetGroup = {
    arn: elbArn(context, `targetgroup/${name}/${context.world.ids.hex(16)}`),
    name,
    vpcId: vpc.id,
    port,
    targetType: targetType(input.TargetType),
    healthCheck: {
      port: input.HealthCheckPort ?? 'traffic-port',
      intervalSeconds: input.HealthCheckIntervalSeconds ?? 30,
      healthyThreshold: input.HealthyThresholdCount ?? 5,
      unhealthyThreshold: input.UnhealthyThresholdCount ?? 2,
    },
    targets: new Map(),
    tags: tagMap(input.Tags),
  };
  targetGroups.set(group.arn, group);
  return group;
}

function named(context: Context, input: ELB.DescribeTargetGroupsCommandInput): TargetGroup[] {
  const { TargetGroupArns: arns = [], Names: names = [], LoadBalancerArn } = input;
  const all = [...stateOf(context).targetGroups.values()];
  if (LoadBalancerArn !== undefined) {
    return all.filter((group) => usersOf(context, group.arn).some(({ arn }) => arn === LoadBalancerArn));
  }
  if (arns.length === 0 && names.length === 0) return all;
  const found = all.filter(({ arn, name }) => arns.includes(arn) || names.includes(name));
  if (found.length < arns.length + names.length) {
    throw fail('TargetGroupNotFoundException', `One or more target groups not found`);
  }
  return found;
}

export const targetGroupOperations: ServiceParts<typeof ELB> = {
  handlers: {
    CreateTargetGroup: (input, context) => ({ TargetGroups: [shapeOf(context, create(input, context))] }),
    DescribeTargetGroups(input, context) {
      const { items, tail } = elbPage(named(context, input), input);
      return { TargetGroups: items.map((group) => shapeOf(context, group)), ...tail };
    },
    // Deleting one that is not there succeeds.
    DeleteTargetGroup({ TargetGroupArn = '' }, context) {
      if (usersOf(context, TargetGroupArn).length > 0) {
        const { arn } = targetGroupOf(context, TargetGroupArn);
        throw fail('ResourceInUseException', `Target group '${arn}' is currently in use by a listener or a rule`);
      }
      stateOf(context).targetGroups.delete(TargetGroupArn);
      return {};
    },
  },
  rules: {
    CreateTargetGroup: {
      resources: ({ Name }, context) => [elbArn(context, `targetgroup/${Name}/*`)],
      context: ({ Tags }) => tagKeys(Tags),
      accepts:
        'Name Protocol Port VpcId TargetType Tags IpAddressType HealthCheckProtocol HealthCheckPort HealthCheckEnabled ' +
        'HealthCheckIntervalSeconds HealthCheckTimeoutSeconds HealthyThresholdCount UnhealthyThresholdCount',
    },
    DescribeTargetGroups: { accepts: 'TargetGroupArns Names LoadBalancerArn Marker PageSize' },
    DeleteTargetGroup: { resources: ({ TargetGroupArn = '' }) => [TargetGroupArn] },
  },
};

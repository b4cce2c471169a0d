import type * as ELB from '@aws-sdk/client-elastic-load-balancing-v2';
import { containsIp, tryParseIp } from '@meshbed/policy/network';
import type { Context } from '../../context.ts';
import { Ec2State } from '../../ec2/state.ts';
import type { ServiceParts } from '../../service.ts';
import { fail } from '../errors.ts';
import { healthOf } from '../health.ts';
import { targetGroupOf, usersOf } from '../lookup.ts';
import type { Target, TargetGroup } from '../state.ts';

const keyOf = (id: string, port: number) => `${id}:${port}`;

function checkTarget(context: Context, group: TargetGroup, id: string): void {
  if (group.targetType === 'instance') {
    const instance = context.state(Ec2State).instances.get(id);
    if (instance?.vpcId === group.vpcId) return;
    throw fail(
      'InvalidTargetException',
      `The following targets are not in the target group VPC or do not exist: '${id}'`,
    );
  }
  const cidr = context.world.fabric.vpcs.get(group.vpcId)?.cidr;
  const inside = tryParseIp(id) !== undefined && cidr !== undefined && containsIp(cidr, id);
  if (!inside)
    throw fail('InvalidTargetException', `The IP address '${id}' is not within any CIDR of VPC '${group.vpcId}'`);
}

function register(context: Context, group: TargetGroup, { Id = '', Port = group.port }: ELB.TargetDescription): void {
  checkTarget(context, group, Id);
  const key = keyOf(Id, Port);
  if (group.targets.has(key)) return;
  const target: Target = { id: Id, port: Port, state: 'initial' };
  group.targets.set(key, target);
  context.world.transitions.follow('target-health', target.state, () => {
    target.state = 'checked';
    return undefined;
  });
}

function describeHealth(context: Context, { TargetGroupArn, Targets }: ELB.DescribeTargetHealthCommandInput) {
  const group = targetGroupOf(context, TargetGroupArn);
  const [user] = usersOf(context, group.arn);
  const wanted = Targets?.map(({ Id = '', Port = group.port }) => keyOf(Id, Port));
  return [...group.targets]
    .filter(([key]) => wanted?.includes(key) ?? true)
    .map(([, target]) => {
      const health = healthOf(context.world, group, target, user);
      return {
        Target: { Id: target.id, Port: target.port },
        HealthCheckPort: group.healthCheck.port === 'traffic-port' ? String(target.port) : group.healthCheck.port,
        TargetHealth:
          health.state === 'healthy'
            ? { State: health.state }
            : {
                State: health.state,
                Reason: health.reason as ELB.TargetHealthReasonEnum,
                Description: health.description,
              },
      };
    });
}

const onGroup = {
  resources: ({ TargetGroupArn }: { TargetGroupArn: string | undefined }): string[] => [TargetGroupArn ?? '*'],
};

export const targetOperations: ServiceParts<typeof ELB> = {
  handlers: {
    RegisterTargets({ TargetGroupArn, Targets = [] }, context) {
      const group = targetGroupOf(context, TargetGroupArn);
      for (const target of Targets) register(context, group, target);
      return {};
    },
    DeregisterTargets({ TargetGroupArn, Targets = [] }, context) {
      const group = targetGroupOf(context, TargetGroupArn);
      for (const { Id = '', Port = group.port } of Targets) group.targets.delete(keyOf(Id, Port));
      return {};
    },
    DescribeTargetHealth: (input, context) => ({ TargetHealthDescriptions: describeHealth(context, input) }),
  },
  rules: {
    RegisterTargets: onGroup,
    DeregisterTargets: onGroup,
    DescribeTargetHealth: { accepts: 'TargetGroupArn Targets' },
  },
};

import type * as ELB from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { tagMap } from '../../tags.ts';
import { fail, invalid, requireTcp, unsupported } from '../errors.ts';
import { elbArn, listenerOf, listenersOf, loadBalancerOf, stateOf, targetGroupOf } from '../lookup.ts';
import { elbPage } from '../pages.ts';
import { syncListeners } from '../provision.ts';
import type { Listener, TargetGroup } from '../state.ts';

const shapeOf = ({ arn, loadBalancerArn, port, targetGroupArn }: Listener): ELB.Listener => ({
  ListenerArn: arn,
  LoadBalancerArn: loadBalancerArn,
  Protocol: 'TCP',
  Port: port,
  DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
});

/** Forwarding to one target group is all that a network load balancer does. */
function forwardTarget(context: Context, actions: readonly ELB.Action[] = []): TargetGroup {
  const [action, ...others] = actions;
  if (!action || others.length > 0) throw invalid('Exactly one default action must be specified');
  if (action.Type !== 'forward') throw unsupported(`Type ${action.Type} of a listener's action`);
  const groups = action.ForwardConfig?.TargetGroups ?? [];
  if (groups.length > 1) throw unsupported('ForwardConfig with several target groups');
  return targetGroupOf(context, action.TargetGroupArn ?? groups[0]?.TargetGroupArn);
}

function create(input: ELB.CreateListenerCommandInput, context: Context): Listener {
  const balancer = loadBalancerOf(context, input.LoadBalancerArn);
  const { Port: port } = input;
  if (port === undefined) throw invalid('A port must be specified');
  requireTcp('Protocol', input.Protocol ?? 'none');
  const group = forwardTarget(context, input.DefaultActions);
  if (group.vpcId !== balancer.dataPlane.vpcId) {
    const message = `The target group '${group.arn}' is in another VPC than the load balancer`;
    throw fail('InvalidConfigurationRequestException', message);
  }
  if (listenersOf(context, balancer.arn).some((other) => other.port === port)) {
    throw fail('DuplicateListenerException', `A listener already exists on port ${port} for this load balancer`);
  }
  const id = balancer.arn.split('loadbalancer/')[1] ?? '';
  const listener: Listener = {
    arn: elbArn(context, `listener/${id}/${context.world.ids.hex(16)}`),
    loadBalancerArn: balancer.arn,
    port,
    targetGroupArn: group.arn,
    tags: tagMap(input.Tags),
  };
  stateOf(context).listeners.set(listener.arn, listener);
  syncListeners(context, balancer);
  return listener;
}

const named = (
  context: Context,
  { LoadBalancerArn, ListenerArns = [] }: ELB.DescribeListenersCommandInput,
): Listener[] =>
  LoadBalancerArn === undefined
    ? ListenerArns.map((arn) => listenerOf(context, arn))
    : listenersOf(context, loadBalancerOf(context, LoadBalancerArn).arn);

export const listenerOperations: ServiceParts<typeof ELB> = {
  handlers: {
    CreateListener: (input, context) => ({ Listeners: [shapeOf(create(input, context))] }),
    DescribeListeners(input, context) {
      const { items, tail } = elbPage(named(context, input), input);
      return { Listeners: items.map(shapeOf), ...tail };
    },
    ModifyListener(input, context) {
      const listener = listenerOf(context, input.ListenerArn);
      listener.targetGroupArn = forwardTarget(context, input.DefaultActions).arn;
      syncListeners(context, loadBalancerOf(context, listener.loadBalancerArn));
      return { Listeners: [shapeOf(listener)] };
    },
    DeleteListener({ ListenerArn }, context) {
      const listener = listenerOf(context, ListenerArn);
      stateOf(context).listeners.delete(listener.arn);
      syncListeners(context, loadBalancerOf(context, listener.loadBalancerArn));
      return {};
    },
  },
  rules: {
    CreateListener: {
      resources: ({ LoadBalancerArn = '' }) => [LoadBalancerArn],
      accepts: 'LoadBalancerArn Protocol Port DefaultActions Tags',
    },
    DescribeListeners: { accepts: 'LoadBalancerArn ListenerArns Marker PageSize' },
    ModifyListener: { resources: ({ ListenerArn = '' }) => [ListenerArn], accepts: 'ListenerArn DefaultActions' },
    DeleteListener: { resources: ({ ListenerArn = '' }) => [ListenerArn] },
  },
};

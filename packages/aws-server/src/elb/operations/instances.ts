import type * as ELB from '@aws-sdk/client-elastic-load-balancing';
import type { Context } from '../../context.ts';
import { Ec2State } from '../../ec2/state.ts';
import type { ServiceParts } from '../../service.ts';
import { fail, invalid, unsupported } from '../errors.ts';
import { balancerNamed, onBalancer } from '../lookup.ts';
import { isInService } from '../provision.ts';
import type { ClassicLoadBalancer } from '../state.ts';

const idsOf = (instances: readonly ELB.Instance[] = []) => instances.map(({ InstanceId = '' }) => InstanceId);
const listed = ({ instanceIds }: ClassicLoadBalancer) => ({
  Instances: instanceIds.map((InstanceId) => ({ InstanceId })),
});

function checkInstances(context: Context, { dataPlane }: ClassicLoadBalancer, ids: readonly string[]): void {
  const { instances } = context.state(Ec2State);
  const stranger = ids.find((id) => instances.get(id)?.vpcId !== dataPlane.vpcId);
  if (stranger !== undefined)
    throw fail('InvalidEndPointException', `EC2 instance ${stranger} is not in the same VPC as ELB.`);
}

function stateOf(context: Context, balancer: ClassicLoadBalancer, InstanceId: string): ELB.InstanceState {
  if (isInService(context, balancer, InstanceId)) {
    return { InstanceId, State: 'InService', ReasonCode: 'N/A', Description: 'N/A' };
  }
  const Description = 'Instance has failed at least the UnhealthyThreshold number of health checks consecutively.';
  return { InstanceId, State: 'OutOfService', ReasonCode: 'Instance', Description };
}

function setHealthCheck(balancer: ClassicLoadBalancer, wanted: ELB.HealthCheck): void {
  const { Target = '' } = wanted;
  if (!/^TCP:\d+$/.test(Target)) throw unsupported(`A health check of ${Target}`);
  balancer.healthCheck = {
    target: Target,
    intervalSeconds: wanted.Interval ?? 30,
    timeoutSeconds: wanted.Timeout ?? 5,
    unhealthyThreshold: wanted.UnhealthyThreshold ?? 2,
    healthyThreshold: wanted.HealthyThreshold ?? 10,
  };
}

export const instanceOperations: ServiceParts<typeof ELB> = {
  handlers: {
    RegisterInstancesWithLoadBalancer({ LoadBalancerName, Instances }, context) {
      const balancer = balancerNamed(context, LoadBalancerName);
      const ids = idsOf(Instances);
      checkInstances(context, balancer, ids);
      balancer.instanceIds = [...new Set([...balancer.instanceIds, ...ids])];
      return listed(balancer);
    },
    DeregisterInstancesFromLoadBalancer({ LoadBalancerName, Instances }, context) {
      const balancer = balancerNamed(context, LoadBalancerName);
      const ids = idsOf(Instances);
      balancer.instanceIds = balancer.instanceIds.filter((id) => !ids.includes(id));
      return listed(balancer);
    },
    DescribeInstanceHealth({ LoadBalancerName, Instances }, context) {
      const balancer = balancerNamed(context, LoadBalancerName);
      const ids = Instances?.length ? idsOf(Instances) : balancer.instanceIds;
      const stranger = ids.find((id) => !balancer.instanceIds.includes(id));
      if (stranger !== undefined) throw fail('InvalidEndPointException', `Could not find EC2 instance ${stranger}.`);
      return { InstanceStates: ids.map((id) => stateOf(context, balancer, id)) };
    },
    ConfigureHealthCheck({ LoadBalancerName, HealthCheck }, context) {
      const balancer = balancerNamed(context, LoadBalancerName);
      if (!HealthCheck) throw invalid('HealthCheck is required');
      setHealthCheck(balancer, HealthCheck);
      return { HealthCheck };
    },
  },
  rules: {
    RegisterInstancesWithLoadBalancer: { ...onBalancer, accepts: 'LoadBalancerName Instances' },
    DeregisterInstancesFromLoadBalancer: { ...onBalancer, accepts: 'LoadBalancerName Instances' },
    DescribeInstanceHealth: { accepts: 'LoadBalancerName Instances' },
    ConfigureHealthCheck: { ...onBalancer, accepts: 'LoadBalancerName HealthCheck' },
  },
};

import type { AutoScalingGroup, Instance } from '@aws-sdk/client-auto-scaling';
import type { Context } from '../context.ts';
import type { NodegroupRecord, NodeRecord } from '../eks/state.ts';
import type { ScalingGroup } from './groups.ts';

const lifecycleStates = {
  pending: 'Pending',
  running: 'InService',
  'shutting-down': 'Terminating',
  terminated: 'Terminated',
} as const;

export const instanceShape = ({ launchTemplate }: NodegroupRecord, { instance }: NodeRecord): Instance => ({
  InstanceId: instance.id,
  InstanceType: instance.instanceType,
  AvailabilityZone: instance.zone,
  LifecycleState: lifecycleStates[instance.state],
  HealthStatus: 'Healthy',
  ProtectedFromScaleIn: false,
  ...(launchTemplate ? { LaunchTemplate: templateShape(launchTemplate) } : {}),
});

const templateShape = ({ id, name, version }: { id: string; name: string; version: string }) => ({
  LaunchTemplateId: id,
  LaunchTemplateName: name,
  Version: version,
});

export function groupShape({ world, region, account }: Context, { cluster, group }: ScalingGroup): AutoScalingGroup {
  const zones = group.subnetIds.map((id) => world.fabric.subnets.get(id)?.zone ?? '');
  const name = group.autoScalingGroup;
  const tags = {
    'eks:cluster-name': cluster.name,
    'eks:nodegroup-name': group.name,
    [`k8s.io/cluster-autoscaler/${cluster.name}`]: 'owned',
    'k8s.io/cluster-autoscaler/enabled': 'true',
    [`kubernetes.io/cluster/${cluster.name}`]: 'owned',
  };
  return {
    AutoScalingGroupName: name,
    AutoScalingGroupARN: `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:${name.split('-').slice(-5).join('-')}:autoScalingGroupName/${name}`,
    MinSize: group.scaling.minSize,
    MaxSize: group.scaling.maxSize,
    DesiredCapacity: group.scaling.desiredSize,
    DefaultCooldown: 300,
    AvailabilityZones: [...new Set(zones)],
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 15,
    CreatedTime: new Date(group.createdAtMs),
    VPCZoneIdentifier: group.subnetIds.join(','),
    TerminationPolicies: ['AllocationStrategy', 'OldestLaunchTemplate', 'OldestInstance'],
    NewInstancesProtectedFromScaleIn: false,
    ...(group.status === 'DELETING' ? { Status: 'Delete in progress' } : {}),
    Instances: group.nodes.map((node) => instanceShape(group, node)),
    Tags: Object.entries(tags).map(([Key, Value]) => ({
      ResourceId: name,
      ResourceType: 'auto-scaling-group',
      Key,
      Value,
      PropagateAtLaunch: true,
    })),
  };
}

import type { World } from '../../context.ts';
import { Ec2State } from '../../ec2/state.ts';
import type { ClusterRecord, NodegroupRecord, NodeRecord } from '../state.ts';

/** An instance with one interface in one of the group's subnets, in turn. @throws FabricError when the subnet is full. */
export function launchInstance(world: World, cluster: ClusterRecord, group: NodegroupRecord): NodeRecord {
  const { fabric, ids, clock, stores } = world;
  const { account, region } = cluster;
  const subnet = fabric.subnets.get(group.subnetIds[group.nodes.length % group.subnetIds.length] ?? '');
  const instanceId = `i-${ids.hex(17)}`;
  const eni = fabric.createInterface({
    subnetId: subnet?.id ?? '',
    groupIds: [cluster.clusterSecurityGroupId],
    ownerId: account,
    region,
    description: '',
    withPublicIp: subnet?.mapPublicIpOnLaunch ?? false,
  });
  eni.attachment = { id: `eni-attach-${ids.hex(17)}`, instanceId, ownerId: account };
  eni.tags.set('node.k8s.amazonaws.com/instance_id', instanceId);
  const [ip = ''] = eni.ips;
  const zone = subnet?.zone ?? '';
  stores.of(Ec2State, account, region).instances.set(instanceId, {
    id: instanceId,
    ownerId: account,
    region,
    tags: new Map([
      ['Name', `${cluster.name}-${group.name}-Node`],
      [`kubernetes.io/cluster/${cluster.name}`, 'owned'],
      ['eks:cluster-name', cluster.name],
      ['eks:nodegroup-name', group.name],
    ]),
    instanceType: group.instanceTypes[0] ?? '',
    imageId: 'ami-0123456789abcdef0',
    state: 'running',
    subnetId: eni.subnetId,
    vpcId: eni.vpcId,
    zone,
    eniId: eni.id,
    privateIp: ip,
    launchedAtMs: clock.now(),
  });
  return { name: nodeName(ip, region), instanceId, eniId: eni.id, ip, zone };
}

export function terminateInstance({ fabric, clock, stores }: World, { account, region }: ClusterRecord, node: NodeRecord): void {
  const instance = stores.of(Ec2State, account, region).instances.get(node.instanceId);
  if (instance && instance.state !== 'terminated') {
    delete instance.onTerminated;
    instance.state = 'terminated';
    instance.stateReason = 'Client.UserInitiatedShutdown: User initiated shutdown';
    instance.terminatedAtMs = clock.now();
  }
  fabric.deleteInterface(node.eniId);
}

/** The private DNS name: what the kubelet registers as. */
const nodeName = (ip: string, region: string) =>
  `ip-${ip.replaceAll('.', '-')}.${region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`}`;

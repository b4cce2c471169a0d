import type { World } from '../context.ts';
import type { ClusterRecord } from './state.ts';

/** The group that control plane and nodes share: everything from itself, everything out. Returns its id. */
export function createClusterGroup(
  { fabric, ids }: World,
  cluster: Pick<ClusterRecord, 'name' | 'account' | 'region' | 'vpcId'>,
): string {
  const { name, account, region, vpcId } = cluster;
  const id = `sg-${ids.hex(17)}`;
  const groupName = `eks-cluster-sg-${name}-${String(ids.integer(2 ** 31)).padStart(10, '0')}`;
  const all = { protocol: '-1' as const, fromPort: -1, toPort: -1, tags: new Map<string, string>() };
  fabric.securityGroups.set(id, {
    id,
    ownerId: account,
    region,
    vpcId,
    name: groupName,
    description:
      'EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.',
    tags: new Map([
      ['Name', groupName],
      [`kubernetes.io/cluster/${name}`, 'owned'],
      ['aws:eks:cluster-name', name],
    ]),
    rules: [
      { ...all, id: `sgr-${ids.hex(17)}`, direction: 'ingress', source: { groupId: id, ownerId: account } },
      { ...all, id: `sgr-${ids.hex(17)}`, direction: 'egress', source: { cidr: '0.0.0.0/0' } },
    ],
  });
  return id;
}

/** EKS can't delete the group while another one refers to it or something uses it: then it stays behind. */
export function deleteClusterGroup({ fabric, log }: World, { clusterSecurityGroupId: id, name }: ClusterRecord): void {
  const referring = [...fabric.securityGroups.values()].filter(
    (group) => group.id !== id && group.rules.some(({ source }) => 'groupId' in source && source.groupId === id),
  );
  const using = [...fabric.interfaces.values()].filter(({ groupIds }) => groupIds.includes(id));
  if (referring.length + using.length === 0) {
    fabric.securityGroups.delete(id);
    return;
  }
  log.write('eks', 'cluster security group stays behind', {
    cluster: name,
    group: id,
    usedBy: [...referring, ...using].map((user) => user.id),
  });
}

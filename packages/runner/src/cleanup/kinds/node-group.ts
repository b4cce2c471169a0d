import { DeleteNodegroupCommand, DescribeNodegroupCommand, paginateListNodegroups } from '@aws-sdk/client-eks';
import { ready, waiting } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';
import { eksCluster, unlessGone } from './eks.ts';
import { allOf } from './pages.ts';

/** Load balancers first: their controller runs on the nodes. */
export const nodeGroup: Kind = {
  title: 'EKS node group',
  after: ['kubernetes-load-balancer', 'load-balancer'],
  async find(search) {
    const { name: clusterName } = (await eksCluster(search)) ?? {};
    if (clusterName === undefined) return [];
    const client = search.aws.eks;
    const groups = await allOf(paginateListNodegroups({ client }, { clusterName }), ({ nodegroups }) => nodegroups);
    return groups.map((id) => ({ id, name: id, evidence: 'place', eks: true, within: clusterName }));
  },
  async remove({ aws: { eks } }, { id: nodegroupName, within: clusterName }) {
    const key = { clusterName, nodegroupName };
    const group = await unlessGone(async () => (await eks.send(new DescribeNodegroupCommand(key))).nodegroup);
    if (!group) return ready(gone);
    if (group.status === 'CREATING' || group.status === 'UPDATING') return waiting(`it is still ${group.status}`);
    if (group.status !== 'DELETING') await eks.send(new DeleteNodegroupCommand(key));
    return waiting('its nodes are being drained and terminated');
  },
  command: ({ id, within }) => `eks delete-nodegroup --cluster-name ${within} --nodegroup-name ${id}`,
  timeoutMs: 20 * 60_000,
};

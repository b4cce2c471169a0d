import { DeleteClusterCommand } from '@aws-sdk/client-eks';
import { ready, waiting } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';
import { eksCluster as find } from './eks.ts';

export const eksCluster: Kind = {
  title: 'EKS cluster',
  // The provider is found through the cluster's issuer: while it is there, so is the cluster.
  after: ['node-group', 'pod-identity-association', 'oidc-provider', 'load-balancer', 'kubernetes-load-balancer'],
  async find(search) {
    const cluster = await find(search);
    const name = search.configuration.clusterName;
    return cluster ? [{ id: name, name, evidence: 'name', eks: true }] : [];
  },
  async remove(place, { id: name }) {
    const cluster = await find(place);
    if (!cluster) return ready(gone);
    if (cluster.status === 'CREATING') return waiting('it is still CREATING');
    if (cluster.status !== 'DELETING') await place.aws.eks.send(new DeleteClusterCommand({ name }));
    return waiting('it is being deleted');
  },
  command: ({ id }) => `eks delete-cluster --name ${id}`,
  timeoutMs: 20 * 60_000,
};

import { DeletePodIdentityAssociationCommand, paginateListPodIdentityAssociations } from '@aws-sdk/client-eks';
import { ready } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';
import { eksCluster } from './eks.ts';
import { allOf } from './pages.ts';

export const podIdentityAssociation: Kind = {
  title: 'Pod Identity association',
  after: ['istio'],
  async find(search) {
    const { name: clusterName } = (await eksCluster(search)) ?? {};
    if (clusterName === undefined) return [];
    const client = search.aws.eks;
    const all = await allOf(
      paginateListPodIdentityAssociations({ client }, { clusterName }),
      ({ associations }) => associations,
    );
    return all.map(({ associationId: id = '', namespace, serviceAccount }) => ({
      id,
      name: `${namespace}/${serviceAccount}`,
      evidence: 'place',
      eks: `${namespace}/${serviceAccount}` !== 'istio-system/istiod',
      within: clusterName,
    }));
  },
  async remove({ aws }, { id: associationId, within: clusterName }) {
    await aws.eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
    return ready(gone);
  },
  command: ({ id, within }) => `eks delete-pod-identity-association --cluster-name ${within} --association-id ${id}`,
  timeoutMs: 2 * 60_000,
};

import type * as EKS from '@aws-sdk/client-eks';
import type { Handlers } from '../../service.ts';
import { tagsFromRecord } from '../../tag-records.ts';
import { validPage } from '../../valid-page.ts';
import { associationArn } from '../arns.ts';
import { inUse, invalidParameter, invalidToken, notFound } from '../errors.ts';
import { activeCluster, clusterNamed } from '../lookup.ts';
import type { AssociationRecord, ClusterRecord } from '../state.ts';
import { associationView } from '../views.ts';

const mostPerPage = 100;

export const associationOperations: Handlers<typeof EKS> = {
  CreatePodIdentityAssociation(input, context) {
    const cluster = activeCluster(context, input.clusterName);
    const { namespace = '', serviceAccount = '', roleArn = '' } = input;
    checkAccount(cluster, roleArn);
    const existing = [...cluster.associations.values()].find(
      (association) => association.namespace === namespace && association.serviceAccount === serviceAccount,
    );
    if (existing) throw inUse(`Association already exists: ${existing.id}`, { clusterName: cluster.name });
    const { clock, ids } = context.world;
    const id = `a-${ids.hex(17)}`;
    const nowMs = clock.now();
    const association: AssociationRecord = {
      id,
      arn: associationArn(cluster, id),
      namespace,
      serviceAccount,
      roleArn,
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
      disableSessionTags: input.disableSessionTags ?? false,
      tags: tagsFromRecord(input.tags),
    };
    cluster.associations.set(id, association);
    return { association: associationView(association, cluster) };
  },

  DescribePodIdentityAssociation({ clusterName, associationId }, context) {
    const cluster = clusterNamed(context, clusterName);
    return { association: associationView(associationOf(cluster, associationId), cluster) };
  },

  /** A running pod keeps the credentials of the old role until they end: only new ones see the change. */
  UpdatePodIdentityAssociation({ clusterName, associationId, roleArn, disableSessionTags }, context) {
    const cluster = clusterNamed(context, clusterName);
    const association = associationOf(cluster, associationId);
    if (roleArn !== undefined) checkAccount(cluster, roleArn);
    association.roleArn = roleArn ?? association.roleArn;
    association.disableSessionTags = disableSessionTags ?? association.disableSessionTags;
    association.modifiedAtMs = context.world.clock.now();
    return { association: associationView(association, cluster) };
  },

  ListPodIdentityAssociations(
    { clusterName, namespace, serviceAccount, nextToken, maxResults = mostPerPage },
    context,
  ) {
    const cluster = clusterNamed(context, clusterName);
    const found = [...cluster.associations.values()].filter(
      (association) =>
        (namespace === undefined || association.namespace === namespace) &&
        (serviceAccount === undefined || association.serviceAccount === serviceAccount),
    );
    const page = validPage(found, { token: nextToken, size: maxResults, invalid: invalidToken });
    // The summary does not tell the role.
    const associations = page.items.map((association) => ({
      clusterName: cluster.name,
      namespace: association.namespace,
      serviceAccount: association.serviceAccount,
      associationArn: association.arn,
      associationId: association.id,
    }));
    return { associations, nextToken: page.next };
  },

  DeletePodIdentityAssociation({ clusterName, associationId }, context) {
    const cluster = clusterNamed(context, clusterName);
    const association = associationOf(cluster, associationId);
    cluster.associations.delete(association.id);
    return { association: associationView(association, cluster) };
  },
};

function associationOf(cluster: ClusterRecord, id = ''): AssociationRecord {
  const association = cluster.associations.get(id);
  if (!association)
    throw notFound(`The specified association ${id} could not be found.`, { clusterName: cluster.name });
  return association;
}

/** Whether the role exists and trusts Pod Identity shows when a pod asks for it. */
function checkAccount({ account }: ClusterRecord, roleArn: string): void {
  const [, roleAccount] = /^arn:aws:iam::(\d{12}):role\/.+$/.exec(roleArn) ?? [];
  if (roleAccount === undefined) throw invalidParameter(`Role ARN ${roleArn} is not valid.`);
  if (roleAccount !== account)
    throw invalidParameter('Cross-account pass role is not allowed: the role must be in the account of the cluster.');
}

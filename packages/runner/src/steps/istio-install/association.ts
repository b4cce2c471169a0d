import {
  CreatePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  UpdatePodIdentityAssociationCommand,
  type PodIdentityAssociation,
} from '@aws-sdk/client-eks';
import type { RunContext } from '../../run/context.ts';
import { istiodRole } from '../../scenario/accounts.ts';
import type { StepContext } from '../types.ts';

const subject = { namespace: 'istio-system', serviceAccount: 'istiod' };

/** The association of istiod with its role. A list doesn't carry the role, hence the second call. */
export async function findAssociation({
  local,
  configuration,
}: RunContext): Promise<PodIdentityAssociation | undefined> {
  const { clusterName } = configuration;
  const { associations = [] } = await local.eks.send(
    new ListPodIdentityAssociationsCommand({ clusterName, ...subject }),
  );
  const associationId = associations[0]?.associationId;
  if (associationId === undefined) return undefined;
  return (await local.eks.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId }))).association;
}

/** It only counts for pods that are admitted later, so it has to be there before istiod starts. */
export async function ensureAssociation(step: StepContext): Promise<void> {
  const { local, configuration } = step;
  const { clusterName } = configuration;
  const roleArn = `arn:aws:iam::${local.access.id}:role/${istiodRole(step.scenario, clusterName)}`;
  await step.ensure<PodIdentityAssociation>({
    kind: 'Pod Identity association',
    name: `${subject.namespace}/${subject.serviceAccount}`,
    find: () => findAssociation(step),
    differs: (found) => (found.roleArn === roleArn ? undefined : `it gives the role ${found.roleArn}`),
    async create() {
      const { association } = await local.eks.send(
        new CreatePodIdentityAssociationCommand({ clusterName, ...subject, roleArn }),
      );
      return association as PodIdentityAssociation;
    },
    async update({ associationId }) {
      const { association } = await local.eks.send(
        new UpdatePodIdentityAssociationCommand({ clusterName, associationId, roleArn }),
      );
      return association as PodIdentityAssociation;
    },
  });
}

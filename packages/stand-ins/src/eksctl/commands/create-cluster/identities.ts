import { CreatePodIdentityAssociationCommand, type Cluster } from '@aws-sdk/client-eks';
import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import type { Aws } from '../../aws.ts';
import type { ClusterConfig, PodIdentity } from '../../config/types.ts';
import { type EksctlContext, log } from '../../context.ts';
import { stackNames, stackTags } from '../../stacks/names.ts';
import { podIdentityTemplate } from '../../stacks/roles.ts';
import { createStack } from '../../stacks/work.ts';

/** Made by a call, not in a stack: deleting the cluster deletes it by a call too. */
export async function createProvider({ iam }: Aws, config: ClusterConfig, { identity }: Cluster): Promise<string> {
  const issuer = identity?.oidc?.issuer ?? '';
  await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: issuer,
      ClientIDList: ['sts.amazonaws.com'],
      Tags: Object.entries(stackTags(config.metadata.name, config.metadata.tags)).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  );
  return issuer;
}

/** Roles come in stacks, the associations themselves by calls. */
export async function createIdentities(aws: Aws, context: EksctlContext, config: ClusterConfig): Promise<void> {
  for (const association of config.iam?.podIdentityAssociations ?? []) {
    const { namespace, serviceAccountName: serviceAccount, roleARN } = association;
    const roleArn = roleARN ?? (await createRole(aws, context, config, association));
    await aws.eks.send(
      new CreatePodIdentityAssociationCommand({
        clusterName: config.metadata.name,
        namespace,
        serviceAccount,
        roleArn,
        tags: { ...association.tags },
      }),
    );
    log(
      context,
      'info',
      `created pod identity association for service account "${serviceAccount}" in namespace "${namespace}"`,
    );
  }
}

async function createRole(
  aws: Aws,
  context: EksctlContext,
  { metadata }: ClusterConfig,
  association: PodIdentity,
): Promise<string | undefined> {
  const { namespace, serviceAccountName } = association;
  const { Outputs = [] } = await createStack(aws, context, {
    name: stackNames.podIdentity(metadata.name, namespace, serviceAccountName),
    template: podIdentityTemplate(association),
    tags: stackTags(metadata.name, {
      'alpha.eksctl.io/podidentityassociation-name': `${namespace}/${serviceAccountName}`,
      ...metadata.tags,
      ...association.tags,
    }),
  });
  return Outputs[0]?.OutputValue;
}

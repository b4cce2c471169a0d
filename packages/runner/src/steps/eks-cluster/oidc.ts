import { CreateOpenIDConnectProviderCommand, GetOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import type { Cluster } from '@aws-sdk/client-eks';
import { isNotFound } from '@meshbed/clients/aws';
import { MeshbedError } from '@meshbed/core';
import { ownTags } from '../../aws/tags.ts';
import type { StepContext } from '../types.ts';

/** Lets service accounts of the cluster be trusted in IAM (OIDC on), as eksctl's `withOIDC` does. */
export async function ensureIdentityProvider(step: StepContext, { identity, name }: Cluster): Promise<void> {
  const issuer = identity?.oidc?.issuer;
  if (!issuer) throw new MeshbedError('cloud/no-oidc-issuer', `the EKS cluster ${name} names no OIDC issuer`);
  const { iam, access } = step.local;
  const arn = `arn:aws:iam::${access.id}:oidc-provider/${issuer.replace('https://', '')}`;
  await step.ensure({
    kind: 'OIDC provider',
    name: issuer,
    async find() {
      try {
        return (await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))).Url;
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async create() {
      const Tags = Object.entries(ownTags(step.configuration)).map(([Key, Value]) => ({ Key, Value }));
      await iam.send(
        new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: ['sts.amazonaws.com'], Tags }),
      );
      return issuer;
    },
  });
}

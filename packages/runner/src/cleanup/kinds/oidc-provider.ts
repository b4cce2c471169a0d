import {
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import { ready } from '@meshbed/core';
import { evidenceOf } from '../evidence.ts';
import { gone, type Kind, type Search, type Sighting } from '../types.ts';
import { eksCluster, unlessGone } from './eks.ts';

export const oidcProvider: Kind = {
  title: 'OIDC provider',
  after: [],
  async find(search) {
    if (search.account !== 'local') return [];
    const issuer = (await eksCluster(search))?.identity?.oidc?.issuer?.replace('https://', '');
    const { OpenIDConnectProviderList = [] } = await search.aws.iam.send(new ListOpenIDConnectProvidersCommand({}));
    // Only those of EKS are looked at closer.
    const arns = OpenIDConnectProviderList.flatMap(({ Arn }) => (Arn?.includes('/oidc.eks.') ? [Arn] : []));
    return (await Promise.all(arns.map((arn) => sightingOf(search, arn, issuer)))).flat();
  },
  async remove({ aws }, { id }) {
    await aws.iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id }));
    return ready(gone);
  },
  command: ({ id }) => `iam delete-open-id-connect-provider --open-id-connect-provider-arn ${id}`,
  timeoutMs: 2 * 60_000,
};

async function sightingOf(
  { aws, configuration, journaled }: Search,
  arn: string,
  issuer: string | undefined,
): Promise<Sighting[]> {
  const [, url = arn] = arn.split(':oidc-provider/');
  const provider = await unlessGone(() =>
    aws.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
  );
  const known = journaled.includes(arn) || journaled.includes(`https://${url}`);
  const otherwise = url === issuer ? 'place' : known ? 'journal' : undefined;
  const evidence = provider && evidenceOf(configuration, provider.Tags, otherwise);
  return evidence === undefined ? [] : [{ id: arn, name: url, evidence, eks: true }];
}

import {
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  ListPolicyTagsCommand,
  paginateListPolicies,
  paginateListPolicyVersions,
  type Policy,
} from '@aws-sdk/client-iam';
import { ready } from '@meshbed/core';
import { names } from '../../configuration/index.ts';
import { evidenceOf } from '../evidence.ts';
import { gone, type Kind, type Search, type Sighting } from '../types.ts';
import { allOf } from './pages.ts';

const wellKnown: readonly (string | undefined)[] = [names.taskPolicy, names.istiodPolicy];

export const policy: Kind = {
  title: 'IAM policy',
  after: ['role'],
  async find(search) {
    const client = search.aws.iam;
    const all = await allOf(paginateListPolicies({ client }, { Scope: 'Local' }), ({ Policies }) => Policies);
    const candidates = all.filter(
      ({ PolicyName, Arn = '' }) => wellKnown.includes(PolicyName) || search.journaled.includes(Arn),
    );
    return (await Promise.all(candidates.map((each) => sightingOf(search, each)))).flat();
  },
  async remove({ aws: { iam: client } }, { id: PolicyArn }) {
    const versions = await allOf(paginateListPolicyVersions({ client }, { PolicyArn }), (page) => page.Versions);
    for (const { VersionId, IsDefaultVersion } of versions)
      if (!IsDefaultVersion) await client.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
    await client.send(new DeletePolicyCommand({ PolicyArn }));
    return ready(gone);
  },
  command: ({ id }) => `iam delete-policy --policy-arn ${id}`,
  timeoutMs: 2 * 60_000,
};

async function sightingOf({ aws, configuration }: Search, { Arn = '', PolicyName = '' }: Policy): Promise<Sighting[]> {
  const { Tags } = await aws.iam.send(new ListPolicyTagsCommand({ PolicyArn: Arn }));
  const evidence = evidenceOf(configuration, Tags, wellKnown.includes(PolicyName) ? 'name' : 'journal');
  return evidence === undefined ? [] : [{ id: Arn, name: PolicyName, evidence, eks: false }];
}

import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  paginateListAttachedRolePolicies,
  paginateListInstanceProfilesForRole,
  paginateListRolePolicies,
  RemoveRoleFromInstanceProfileCommand,
} from '@aws-sdk/client-iam';
import { ready } from '@meshbed/core';
import { names, type Configuration } from '../../configuration/index.ts';
import { evidenceOf } from '../evidence.ts';
import type { AccountName } from '../../scenario/types.ts';
import { gone, type Kind, type Place, type Search, type Sighting } from '../types.ts';
import { istiodRole } from '../../scenario/accounts.ts';
import { scenarios } from '../../scenario/index.ts';
import { unlessGone } from './eks.ts';
import { allOf } from './pages.ts';

/** IAM can't be asked by tag: roles are found by the names that they have in the scenarios, and by journal. */
function wellKnown(account: AccountName, { clusterName }: Configuration): readonly Omit<Wanted, 'evidence'>[] {
  const discovery = { name: names.discoveryRoles[account], eks: false };
  const tasks = { name: names.taskRole, eks: false };
  if (account === 'external') return [discovery, tasks];
  const istiod = scenarios.map((scenario) => ({ name: istiodRole(scenario, clusterName), eks: false }));
  const cluster = ['cluster-role', 'node-role'].map((name) => ({ name: `${clusterName}-${name}`, eks: true }));
  return [...new Map([...istiod, discovery, tasks, ...cluster].map((each) => [each.name, each])).values()];
}

/** EKS and ECS need their roles to the end. */
export const role: Kind = {
  title: 'IAM role',
  after: ['ecs-service', 'pod-identity-association', 'node-group', 'eks-cluster'],
  async find(search) {
    const known = wellKnown(search.account === 'external' ? 'external' : 'local', search.configuration);
    const prefix = `arn:aws:iam::${search.aws.access.id}:role/`;
    const journaled = search.journaled
      .filter((arn) => arn.startsWith(prefix))
      .map((arn) => arn.split('/').at(-1) ?? '');
    const others = journaled.filter((name) => !known.some((each) => each.name === name));
    const wanted = [
      ...known.map((each) => ({ ...each, evidence: 'name' as const })),
      ...others.map((name) => ({ name, eks: false, evidence: 'journal' as const })),
    ];
    return (await Promise.all(wanted.map((each) => sightingOf(search, each)))).flat();
  },
  async remove(place, { id }) {
    await emptyRole(place, id);
    await place.aws.iam.send(new DeleteRoleCommand({ RoleName: id }));
    return ready(gone);
  },
  command: ({ id }) => `iam delete-role --role-name ${id}`,
  timeoutMs: 2 * 60_000,
};

interface Wanted {
  name: string;
  eks: boolean;
  evidence: 'name' | 'journal';
}

async function sightingOf({ aws, configuration }: Search, { name, eks, evidence }: Wanted): Promise<Sighting[]> {
  const found = await unlessGone(async () => (await aws.iam.send(new GetRoleCommand({ RoleName: name }))).Role);
  const why = found && evidenceOf(configuration, found.Tags, evidence);
  return why === undefined ? [] : [{ id: name, name, evidence: why, eks }];
}

async function emptyRole({ aws: { iam: client } }: Place, RoleName: string): Promise<void> {
  const key = { RoleName };
  const attached = await allOf(paginateListAttachedRolePolicies({ client }, key), (page) => page.AttachedPolicies);
  for (const { PolicyArn } of attached) await client.send(new DetachRolePolicyCommand({ ...key, PolicyArn }));
  const inline = await allOf(paginateListRolePolicies({ client }, key), (page) => page.PolicyNames);
  for (const PolicyName of inline) await client.send(new DeleteRolePolicyCommand({ ...key, PolicyName }));
  const profiles = await allOf(paginateListInstanceProfilesForRole({ client }, key), (page) => page.InstanceProfiles);
  for (const { InstanceProfileName } of profiles)
    await client.send(new RemoveRoleFromInstanceProfileCommand({ ...key, InstanceProfileName }));
}

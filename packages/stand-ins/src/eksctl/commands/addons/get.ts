import { type Addon, DescribeAddonCommand, ListAddonsCommand } from '@aws-sdk/client-eks';
import { MeshbedError } from '@meshbed/core';
import type { Aws } from '../../aws.ts';
import { type Call, textFlag } from '../../context.ts';
import { print } from '../output.ts';
import { targetOf } from '../target.ts';

type Column = readonly [title: string, member: string, valueOf: (addon: Addon) => string | number];

const columns: readonly Column[] = [
  ['NAME', 'Name', ({ addonName = '' }) => addonName],
  ['VERSION', 'Version', ({ addonVersion = '' }) => addonVersion],
  ['STATUS', 'Status', ({ status = '' }) => status],
  ['ISSUES', 'Issues', ({ health }) => health?.issues?.length ?? 0],
  ['IAMROLE', 'IAMRole', ({ serviceAccountRoleArn = '' }) => serviceAccountRoleArn],
  ['UPDATE AVAILABLE', 'NewerVersion', () => ''],
  ['CONFIGURATION VALUES', 'ConfigurationValues', ({ configurationValues = '' }) => configurationValues],
  [
    'POD IDENTITY ASSOCIATION ROLES',
    'PodIdentityAssociations',
    ({ podIdentityAssociations = [] }) => podIdentityAssociations.join(','),
  ],
];

/** `get addon --cluster NAME [--name NAME]` */
export async function getAddons(call: Call): Promise<void> {
  using target = await targetOf(call);
  const { aws, name } = target;
  const wanted = textFlag(call.flags, 'name') ?? call.words[0];
  const { addons = [] } = await aws.eks.send(new ListAddonsCommand({ clusterName: name }));
  const found = await Promise.all((wanted === undefined ? addons : [wanted]).map((each) => describe(aws, name, each)));
  print(call, {
    header: columns.map(([title]) => title),
    rows: found.map((addon) => columns.map(([, , valueOf]) => String(valueOf(addon)))),
    objects: found.map((addon) => Object.fromEntries(columns.map(([, member, valueOf]) => [member, valueOf(addon)]))),
  });
}

/** @throws MeshbedError when the cluster has no such add-on */
export async function describe({ eks }: Aws, clusterName: string, addonName: string): Promise<Addon> {
  try {
    return (await eks.send(new DescribeAddonCommand({ clusterName, addonName }))).addon ?? {};
  } catch (cause) {
    throw new MeshbedError('cloud/eks-addon', `failed to get addon ${addonName}: ${(cause as Error).message}`, {
      cause,
      object: addonName,
    });
  }
}

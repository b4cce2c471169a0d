import { resources } from '@meshbed/kube-client';
import { type CommandInput } from '../context.ts';
import { table } from '../table.ts';
import { roleAnnotations } from './role.ts';

/** `istioctl ecs list-roles`: which AWS roles stand for which service accounts; `--all` shows those without one, too. */
export async function listRoles({ flags, context, kube }: CommandInput): Promise<void> {
  const { items } = await (await kube()).list(resources.serviceAccounts);
  const rows = items
    .map(({ metadata }) => [
      metadata.namespace ?? '',
      metadata.name,
      roleAnnotations.map((name) => metadata.annotations?.[name]).find(Boolean) ?? '',
    ])
    .filter(([, , role]) => flags['all'] || role !== '');
  context.write(table([['NAMESPACE', 'SERVICE ACCOUNT', 'ROLE'], ...rows], 3));
}

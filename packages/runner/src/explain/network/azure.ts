import type { Hop } from '@meshbed/policy/network';
import type { Cause } from '../types.ts';

export const isAzure = (id: string): boolean => id.startsWith('/subscriptions/');

/** A rule of a network security group is in the way: one of somebody's goes, Azure's own last one is gone around. */
export function closedInAzure({ object, reason: says }: Hop, port: number): Omit<Cause, 'account'> {
  const [, group = '', securityGroup = '', kind, rule = ''] =
    /resourceGroups\/([^/]+)\/.*networkSecurityGroups\/([^/]+)(?:\/(\w+)\/(.+))?$/i.exec(object) ?? [];
  const incoming = says.includes('ingress');
  const at = `--resource-group ${group} --nsg-name ${securityGroup}`;
  const fix =
    kind === 'securityRules'
      ? `az network nsg rule delete ${at} --name ${rule}`
      : `az network nsg rule create ${at} --name meshbed-${port} --priority 400 --direction ${incoming ? 'Inbound' : 'Outbound'} --access Allow --protocol Tcp --destination-port-ranges ${port}`;
  return { reason: `security-group-${incoming ? 'ingress' : 'egress'}`, object, says, fix: [fix] };
}

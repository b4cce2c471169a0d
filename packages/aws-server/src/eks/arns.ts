import type { ClusterRecord, Home } from './state.ts';

const eksArn = ({ region, account }: Home, resource: string) => `arn:aws:eks:${region}:${account}:${resource}`;

export const clusterArn = (home: Home, name: string): string => eksArn(home, `cluster/${name}`);
export const nodegroupArn = (cluster: ClusterRecord, name: string, id: string): string =>
  eksArn(cluster, `nodegroup/${cluster.name}/${name}/${id}`);
export const addonArn = (cluster: ClusterRecord, name: string, id: string): string =>
  eksArn(cluster, `addon/${cluster.name}/${name}/${id}`);
export const associationArn = (cluster: ClusterRecord, id: string): string =>
  eksArn(cluster, `podidentityassociation/${cluster.name}/${id}`);

/** `access-entry/CLUSTER/role/ACCOUNT/NAME/ID` */
export function accessEntryArn(cluster: ClusterRecord, principalArn: string, id: string): string {
  const [, , , , account = '', resource = ''] = principalArn.split(':');
  const [kind = '', ...path] = resource.split('/');
  return eksArn(cluster, `access-entry/${cluster.name}/${kind}/${account}/${path.at(-1) ?? ''}/${id}`);
}

import type { Home } from './state.ts';

export const ecsArn = ({ account, region }: Home, resource: string): string =>
  `arn:aws:ecs:${region}:${account}:${resource}`;

export const clusterArn = (home: Home, name: string): string => ecsArn(home, `cluster/${name}`);
export const serviceArn = (home: Home, cluster: string, name: string): string =>
  ecsArn(home, `service/${cluster}/${name}`);
export const taskArn = (home: Home, cluster: string, id: string): string => ecsArn(home, `task/${cluster}/${id}`);
export const containerArn = (home: Home, cluster: string, ids: { task: string; container: string }): string =>
  ecsArn(home, `container/${cluster}/${ids.task}/${ids.container}`);
export const taskDefinitionArn = (home: Home, family: string, revision: number): string =>
  ecsArn(home, `task-definition/${family}:${revision}`);

/** What follows the last slash of an ARN, or the name itself. */
export const nameOf = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);

/** `family`, `family:revision` or either in an ARN. */
export function familyAndRevision(reference: string): { family: string; revision: number | undefined } {
  const [family = '', revision] = nameOf(reference).split(':');
  return { family, revision: revision === undefined ? undefined : Number(revision) };
}

import { names } from '../../configuration/names.ts';
import type { Configuration } from '../../configuration/index.ts';
import { resourcesOf } from '../../plan/resources.ts';
import { istiodRole } from '../../scenario/accounts.ts';
import { scenarios } from '../../scenario/index.ts';
import type { AccountName, Scenario } from '../../scenario/types.ts';

/** Whose permissions are asked, and about which objects. */
export interface Place {
  scenario: Scenario;
  configuration: Configuration;
  account: AccountName;
  /** Twelve digits. */
  id: string;
}

/** ARNs that an action is asked on. Of what gets an id only when it is made, any. */
export type On = (place: Place) => readonly string[];

export const anywhere: On = () => ['*'];

/** Types of EC2, as its ARNs call them. */
export const ec2 =
  (...types: readonly string[]): On =>
  ({ configuration: { region }, id }) =>
    types.map((type) => `arn:aws:ec2:${region}:${id}:${type}/*`);

/** Names of a kind, as plans call it. */
const planned = ({ scenario, configuration, account }: Place, kind: string): string[] =>
  resourcesOf(scenario, configuration, new Set(scenario.steps.map(({ id }) => id)))
    .filter((each) => each.account === account && each.title === kind)
    .map(({ name }) => name);

const withPath: ReadonlySet<string> = new Set([names.taskRole, names.taskPolicy]);

const iam =
  (kind: string, type: string): On =>
  (place) =>
    planned(place, kind)
      // A role that is configured is there, and is only used.
      .filter((name) => name !== place.configuration.accounts[place.account].role)
      .map((name) => `arn:aws:iam::${place.id}:${type}${withPath.has(name) ? names.rolePath : '/'}${name}`);

export const roles: On = iam('IAM role', 'role');
/** One that isn't there yet is looked for by its name, as if it had no path; a cleanup looks for those of all scenarios. */
export const rolesToFind: On = (place) => {
  const others = scenarios.map((scenario) => istiodRole(scenario, place.configuration.clusterName));
  const all = roles(place).flatMap((arn) => [arn, arn.replace(names.rolePath, '/')]);
  return [...new Set([...all, ...others.map((name) => `arn:aws:iam::${place.id}:role/${name}`)])];
};
export const policies: On = iam('IAM policy', 'policy');
export const oidcProviders: On = ({ id }) => [`arn:aws:iam::${id}:oidc-provider/*`];

export const rolesNamed =
  (pattern: RegExp): On =>
  (place) =>
    roles(place).filter((arn) => pattern.test(arn));

const regional =
  (service: string, texts: (place: Place) => readonly string[]): On =>
  (place) =>
    texts(place).map((text) => `arn:aws:${service}:${place.configuration.region}:${place.id}:${text}`);

export const ecsClusters: On = regional('ecs', (place) =>
  planned(place, 'ECS cluster').map((name) => `cluster/${name}`),
);
export const ecsServices: On = regional('ecs', (place) =>
  planned(place, 'ECS service').map((name) => `service/${name}`),
);
export const ecsTasks: On = regional('ecs', (place) => planned(place, 'ECS cluster').map((name) => `task/${name}/*`));
export const taskDefinitions: On = regional('ecs', (place) =>
  planned(place, 'task definition').map((name) => `task-definition/${name}:*`),
);
export const logGroups: On = regional('logs', () => [`log-group:${names.logGroup}:*`]);
/** Tags are read of the group itself. */
export const logGroupsToRead: On = regional('logs', () => [`log-group:${names.logGroup}`]);
export const logStreams: On = regional('logs', () => [`log-group:${names.logGroup}:log-stream:*`]);

export const eks = (...types: readonly string[]): On =>
  regional('eks', ({ configuration: { clusterName } }) =>
    types.map((type) => (type === 'cluster' ? `cluster/${clusterName}` : `${type}/${clusterName}/*`)),
  );

import { documents } from './documents.ts';

export interface AwsManagedPolicy {
  name: string;
  arn: string;
  path: string;
  /** Unique id. */
  id: string;
  /** JSON. */
  document: string;
}

const idOf = (name: string) => `ANPA${Buffer.from(name).toString('hex').toUpperCase().slice(-17).padStart(17, '0')}`;

/** AWS's own managed policies by ARN: those that clusters, nodes and tasks need. */
export const managedPolicies: ReadonlyMap<string, AwsManagedPolicy> = new Map(
  Object.entries(documents).map(([pathAndName, statements]) => {
    const name = pathAndName.split('/').at(-1) ?? pathAndName;
    const arn = `arn:aws:iam::aws:policy/${pathAndName}`;
    const path = `/${pathAndName.slice(0, -name.length)}`;
    const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    return [arn, { name, arn, path, id: idOf(name), document }];
  }),
);

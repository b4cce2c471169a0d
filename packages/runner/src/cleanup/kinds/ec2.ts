import type { EC2Client, Filter, Tag } from '@aws-sdk/client-ec2';
import { clusterTag, filter } from '../../aws/tags.ts';
import { externalNetwork, peeringName } from '../../network/plan.ts';
import { evidenceOf, tagOf } from '../evidence.ts';
import type { Evidence, Search, Sighting } from '../types.ts';

/** How to look for one type of EC2's objects. */
export interface Ec2Source<T> {
  /** All pages. */
  list: (ec2: EC2Client, filters: Filter[]) => Promise<T[]>;
  idOf: (object: T) => string | undefined;
  tagsOf: (object: T) => Tag[] | undefined;
  /** Filter by id, and how ids begin. */
  id: { filter: string; prefix: string };
  /** Filter by VPC, for what is in one. */
  vpc?: string;
  /** Better than the Name tag. */
  nameOf?: (object: T) => string | undefined;
  /** Of the mesh, though it is in the network of the EKS cluster: goes also when that stays. */
  ofMesh?: (object: T) => boolean;
  /** Not every one counts: a NAT gateway that is deleted, a main route table. */
  counts?: (object: T) => boolean;
}

/** By tag, by name, by VPC and by journal; the strongest evidence is kept. Local networks belong to EKS. */
export async function findEc2<T>(search: Search, source: Ec2Source<T>): Promise<Sighting[]> {
  const { configuration, account, aws } = search;
  const found = new Map<string, Sighting>();
  for (const [evidence, filters] of await queries(search, source)) {
    for (const object of await source.list(aws.ec2, filters)) {
      const id = source.idOf(object);
      const tags = source.tagsOf(object);
      const why = evidenceOf(configuration, tags, evidence === 'tag' ? undefined : evidence);
      if (id === undefined || why === undefined || found.has(id) || source.counts?.(object) === false) continue;
      const name = source.nameOf?.(object) ?? tagOf(tags, 'Name') ?? id;
      const eks = account === 'local' && source.ofMesh?.(object) !== true;
      found.set(id, { id, name, evidence: why, eks });
    }
  }
  return [...found.values()];
}

type Query = readonly [Evidence, Filter[]];

async function queries<T>(search: Search, { id, vpc }: Ec2Source<T>): Promise<Query[]> {
  const { configuration, journaled } = search;
  const known = journaled.filter((each) => each.startsWith(`${id.prefix}-`));
  const vpcs = vpc === undefined ? [] : await search.vpcs();
  return [
    ['tag', [filter(`tag:${clusterTag}`, configuration.clusterName)]],
    ['name', [filter('tag:Name', ...namePatterns(search))]],
    ...(vpcs.length > 0 ? [['place', [filter(vpc ?? '', ...vpcs)]] satisfies Query] : []),
    ...(known.length > 0 ? [['journal', [filter(id.filter, ...known)]] satisfies Query] : []),
  ];
}

/** Name tags that only we give, for objects whose other tags were lost. */
function namePatterns({ account, configuration }: Search): string[] {
  if (account === 'local') return [`${configuration.clusterName}/*`, peeringName];
  const { vpc, privateSubnets, publicSubnet, internetGateway, address, natGateway, ...others } = externalNetwork;
  const subnets = [...privateSubnets, publicSubnet].map(({ name }) => name);
  return [vpc, ...subnets, internetGateway, address, natGateway, ...Object.values(others), peeringName];
}

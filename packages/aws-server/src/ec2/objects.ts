import type {
  ElasticIp,
  Fabric,
  InternetGateway,
  NatGateway,
  NetworkInterface,
  Owned,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
} from '@meshbed/fabric';
import type { Context } from '../context.ts';
import { missing } from './kinds.ts';

/** Kinds that the fabric keeps, and where. */
interface FabricObjects {
  vpc: Vpc;
  subnet: Subnet;
  'internet-gateway': InternetGateway;
  'elastic-ip': ElasticIp;
  natgateway: NatGateway;
  'route-table': RouteTable;
  'security-group': SecurityGroup;
  'network-interface': NetworkInterface;
}

export type FabricKind = keyof FabricObjects;

const maps: { [K in FabricKind]: (fabric: Fabric) => Map<string, FabricObjects[K]> } = {
  vpc: ({ vpcs }) => vpcs,
  subnet: ({ subnets }) => subnets,
  'internet-gateway': ({ internetGateways }) => internetGateways,
  'elastic-ip': ({ elasticIps }) => elasticIps,
  natgateway: ({ natGateways }) => natGateways,
  'route-table': ({ routeTables }) => routeTables,
  'security-group': ({ securityGroups }) => securityGroups,
  'network-interface': ({ interfaces }) => interfaces,
};

export const fabricKinds: readonly FabricKind[] = Object.keys(maps) as FabricKind[];

const isMine = ({ ownerId, region }: Owned, context: Context) =>
  ownerId === context.account && region === context.region;

/** The caller's objects of a kind. */
export const own = <K extends FabricKind>(context: Context, kind: K): FabricObjects[K][] =>
  [...maps[kind](context.world.fabric).values()].filter((object) => isMine(object, context));

/** One of the caller's objects, or undefined. */
export function tryFind<K extends FabricKind>(
  context: Context,
  kind: K,
  id: string | undefined,
): FabricObjects[K] | undefined {
  const object = maps[kind](context.world.fabric).get(id ?? '');
  return object && isMine(object, context) ? object : undefined;
}

/** One of the caller's objects. @throws AwsError of the kind: not found, or malformed. */
export function find<K extends FabricKind>(context: Context, kind: K, id: string | undefined): FabricObjects[K] {
  const object = tryFind(context, kind, id);
  if (!object) throw missing(kind, id);
  return object;
}

/** Base of a new object of the caller's. */
export const owned = (context: Context, prefix: string, tags: Map<string, string>): Owned => ({
  id: `${prefix}-${context.world.ids.hex(17)}`,
  ownerId: context.account,
  region: context.region,
  tags,
});

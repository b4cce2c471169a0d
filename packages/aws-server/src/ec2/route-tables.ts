import type { RouteTable, Vpc } from '@meshbed/fabric';
import type { Context } from '../context.ts';
import { owned } from './objects.ts';

export const newAssociationId = ({ world }: Context): string => `rtbassoc-${world.ids.hex(17)}`;

/** A table with the one route that every table has. */
export function addTable(context: Context, vpc: Vpc, tags: Map<string, string>): RouteTable {
  const table: RouteTable = {
    ...owned(context, 'rtb', tags),
    vpcId: vpc.id,
    routes: [{ destination: vpc.cidr, target: { kind: 'local' }, origin: 'CreateRouteTable' }],
    associations: [],
  };
  context.world.fabric.routeTables.set(table.id, table);
  return table;
}

/** The table of subnets without one of their own. */
export function createMainTable(context: Context, vpc: Vpc): RouteTable {
  const table = addTable(context, vpc, new Map());
  table.associations.push({ id: newAssociationId(context), main: true });
  return table;
}

import type { RunContext } from '../run/context.ts';
import { clusterAt } from '../scenario/identity.ts';
import type { Place } from '../scenario/types.ts';
import { ecsCaller, ecsDestination } from './ecs.ts';
import { eksCaller, eksDestination } from './eks.ts';
import type { Caller, Destination } from './workload.ts';

export function callerAt(run: RunContext, place: Place): Promise<Caller> {
  return place === 'eks' ? eksCaller(run) : ecsCaller(run, clusterAt(run.scenario, place.ecs));
}

export async function destinationAt(run: RunContext, { to, from }: { to: Place; from: Place }): Promise<Destination> {
  return to === 'eks' ? eksDestination(run, from) : ecsDestination(run, clusterAt(run.scenario, to.ecs));
}

export { connectionOf, type Outcome } from './outcome.ts';
export { inbound, reach, probeFailure, urlOf } from './reach.ts';
export type { Caller, Destination, Watch } from './workload.ts';

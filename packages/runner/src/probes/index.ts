import { MeshbedError } from '@meshbed/core';
import type { RunContext } from '../run/context.ts';
import type { EcsClusterFacts, Place } from '../scenario/types.ts';
import { ecsCaller, ecsDestination } from './ecs.ts';
import { eksCaller, eksDestination } from './eks.ts';
import type { Caller, Destination } from './workload.ts';

export function callerAt(run: RunContext, place: Place): Promise<Caller> {
  return place === 'eks' ? eksCaller(run) : ecsCaller(run, clusterAt(run, place.ecs));
}

export async function destinationAt(run: RunContext, { to, from }: { to: Place; from: Place }): Promise<Destination> {
  return to === 'eks' ? eksDestination(run, from) : ecsDestination(run, clusterAt(run, to.ecs));
}

export function clusterAt({ scenario }: RunContext, number: number): EcsClusterFacts {
  const found = scenario.ecsClusters.find((cluster) => cluster.number === number);
  if (found) return found;
  throw new MeshbedError('bug/scenario', `scenario ${scenario.number} has no ECS cluster ${number}`);
}

export { markLog, reach, probeFailure, urlOf, type LogMark } from './reach.ts';
export type { Caller, Destination } from './workload.ts';

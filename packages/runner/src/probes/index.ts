import type { RunContext } from '../run/context.ts';
import { clusterAt } from '../scenario/identity.ts';
import { kubernetesOf } from '../scenario/kubernetes.ts';
import type { Place } from '../scenario/types.ts';
import { acrossNetworks } from './crossing.ts';
import { ecsCaller, ecsDestination } from './ecs.ts';
import { podCaller, podDestination } from './kubernetes.ts';
import type { Caller, Destination } from './workload.ts';

export function callerAt(run: RunContext, place: Place): Promise<Caller> {
  return typeof place === 'string' ? podCaller(run, place) : ecsCaller(run, clusterAt(run.scenario, place.ecs));
}

export async function destinationAt(run: RunContext, { to, from }: { to: Place; from: Place }): Promise<Destination> {
  const destination =
    typeof to === 'string' ? await podDestination(run, to, from) : ecsDestination(run, clusterAt(run.scenario, to.ecs));
  const [here, there] = [kubernetesOf(from), kubernetesOf(to)];
  return here === there ? destination : acrossNetworks(run, destination, { here, there });
}

export { noDirectWay } from './direct.ts';
export { connectionOf, type Outcome } from './outcome.ts';
export { inbound, reach, probeFailure, urlOf } from './reach.ts';
export type { Caller, Destination, Watch } from './workload.ts';

import { MeshbedError } from '@meshbed/core';
import { names } from '../configuration/index.ts';
import { namespaceAt } from './place.ts';
import type { EcsClusterFacts, Place, Scenario } from './types.ts';

/** @throws MeshbedError `bug/scenario` */
export function clusterAt({ number: scenario, ecsClusters }: Scenario, number: number): EcsClusterFacts {
  const found = ecsClusters.find((cluster) => cluster.number === number);
  if (found) return found;
  throw new MeshbedError('bug/scenario', `scenario ${scenario} has no ECS cluster ${number}`);
}

/** The SPIFFE identity of the workloads at a place. */
export function identityAt(scenario: Scenario, place: Place, clusterName: string): string {
  const serviceAccount = typeof place === 'string' ? 'default' : clusterAt(scenario, place.ecs).serviceAccount;
  return `spiffe://${names.trustDomain}/ns/${namespaceAt(place, clusterName)}/sa/${serviceAccount}`;
}

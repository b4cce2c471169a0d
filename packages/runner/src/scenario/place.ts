import { names } from '../configuration/index.ts';
import type { EcsClusterFacts, Place } from './types.ts';

export const isSamePlace = (one: Place, other: Place): boolean => placeId(one) === placeId(other);

/** `eks`, `aks`, `ecs-1` */
export const placeId = (place: Place): string => (typeof place === 'string' ? place : `ecs-${place.ecs}`);

/** `EKS`, `AKS`, `ECS 1` */
export const placeName = (place: Place): string =>
  typeof place === 'string' ? place.toUpperCase() : `ECS ${place.ecs}`;

export const placeOf = ({ number }: EcsClusterFacts): Place => ({ ecs: number });

/** The Kubernetes namespace of a place's workloads, where the policies for them are. */
export function namespaceAt(place: Place, clusterName: string): string {
  return typeof place === 'string' ? names.namespaces[place] : names.ecsCluster(clusterName, place.ecs);
}

/** Tells one caller and target from all others. */
export const pairId = ({ from, to }: { from: Place; to: Place }): string => `${placeId(from)}-to-${placeId(to)}`;

import { names } from '../configuration.ts';
import type { EcsClusterFacts, Place } from './types.ts';

/** Every exercise guards the first ECS cluster. */
export const guarded: { readonly ecs: number } = { ecs: 1 };

export const isSamePlace = (one: Place, other: Place): boolean => placeId(one) === placeId(other);

/** `eks`, `ecs-1` */
export const placeId = (place: Place): string => (place === 'eks' ? 'eks' : `ecs-${place.ecs}`);

/** `EKS`, `ECS 1` */
export const placeName = (place: Place): string => (place === 'eks' ? 'EKS' : `ECS ${place.ecs}`);

export const placeOf = ({ number }: EcsClusterFacts): Place => ({ ecs: number });

/** The Kubernetes namespace of a place's workloads, where the policies for them are. */
export function namespaceAt(place: Place, clusterName: string): string {
  return place === 'eks' ? 'default' : names.ecsCluster(clusterName, place.ecs);
}

/** Tells one caller and target from all others. */
export const pairId = ({ from, to }: { from: Place; to: Place }): string => `${placeId(from)}-to-${placeId(to)}`;

import { isSamePlace, pairId, placeId, placeName, placeOf } from './place.ts';
import type {
  AuthorizationTest,
  ConnectivityTest,
  DiscoveryTest,
  EcsClusterFacts,
  Exercise,
  Place,
  Scenario,
  TestCase,
} from './types.ts';

export interface Topology {
  ecsClusters: readonly EcsClusterFacts[];
  exercises: readonly Exercise[];
}

/** Where the exercises of scenarios with one control plane have their policies: in the first ECS cluster. */
export const firstEcsCluster: Place = { ecs: 1 };

/** The counted tests of a topology with one control plane. */
export function testsOf({ ecsClusters, exercises }: Topology): TestCase[] {
  return [
    ...discoveryOf(ecsClusters),
    ...connectivityOf(ecsClusters),
    ...exercises.flatMap((exercise) => authorizationOf(exercise, firstEcsCluster)),
  ];
}

/** Every place of a scenario. */
export const placesOf = ({ kubernetes, ecsClusters }: Pick<Scenario, 'kubernetes' | 'ecsClusters'>): Place[] => [
  ...kubernetes,
  ...ecsClusters.map(placeOf),
];

/** Every caller to every target, whether it is a counted test or not. */
export function pairsOf(places: readonly Place[]): ConnectivityTest[] {
  return places.flatMap((from) => places.map((to) => pair(from, to)));
}

/** The two services of every cluster. */
function discoveryOf({ length }: readonly EcsClusterFacts[]): DiscoveryTest[] {
  const atLeast = 2 * length;
  const category = 'discovery';
  return [
    { id: 'discovery-services', category, name: 'mesh services', counts: 'services', atLeast },
    { id: 'discovery-workloads', category, name: 'HBONE workloads', counts: 'hbone-workloads', atLeast },
    { id: 'discovery-entries', category, name: 'ServiceEntries', counts: 'service-entries', atLeast },
  ];
}

/** From EKS to everywhere, inside every cluster, and between the guarded cluster and each other one, both ways. */
function connectivityOf(ecsClusters: readonly EcsClusterFacts[]): ConnectivityTest[] {
  const places = ecsClusters.map(placeOf);
  const first = firstEcsCluster;
  const others = places.filter((place) => !isSamePlace(place, first));
  return [
    pair('eks', 'eks'),
    ...places.map((place) => pair('eks', place)),
    ...places.map((place) => pair(place, place)),
    ...others.flatMap((place) => [pair(first, place), pair(place, first)]),
  ];
}

/** One test per caller. */
export function authorizationOf({ id, title, callers }: Exercise, guarded: Place): AuthorizationTest[] {
  return callers.map(({ from, expected }) => ({
    id: `${id}-${placeId(from)}-${expected}`,
    category: 'authorization',
    name: `${title}: ${placeName(from)} ${expected}`,
    exercise: id,
    from,
    to: guarded,
    expected,
  }));
}

export function pair(from: Place, to: Place): ConnectivityTest {
  return {
    id: pairId({ from, to }),
    category: 'connectivity',
    name: `${placeName(from)} → ${placeName(to)}`,
    from,
    to,
  };
}

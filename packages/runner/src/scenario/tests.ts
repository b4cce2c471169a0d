import { guarded, isSamePlace, pairId, placeId, placeName, placeOf } from './place.ts';
import type {
  AuthorizationTest,
  ConnectivityTest,
  DiscoveryTest,
  EcsClusterFacts,
  Exercise,
  Place,
  TestCase,
} from './types.ts';

export interface Topology {
  ecsClusters: readonly EcsClusterFacts[];
  exercises: readonly Exercise[];
}

/** The counted tests, as the topology gives them. */
export function testsOf({ ecsClusters, exercises }: Topology): TestCase[] {
  return [...discoveryOf(ecsClusters), ...connectivityOf(ecsClusters), ...exercises.flatMap(authorizationOf)];
}

/** Every caller to every target, whether it is a counted test or not. */
export function pairsOf(ecsClusters: readonly EcsClusterFacts[]): ConnectivityTest[] {
  const places: Place[] = ['eks', ...ecsClusters.map(placeOf)];
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
  const others = places.filter((place) => !isSamePlace(place, guarded));
  return [
    pair('eks', 'eks'),
    ...places.map((place) => pair('eks', place)),
    ...places.map((place) => pair(place, place)),
    ...others.flatMap((place) => [pair(guarded, place), pair(place, guarded)]),
  ];
}

/** One test per caller. */
export function authorizationOf({ id, title, callers }: Exercise): AuthorizationTest[] {
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

function pair(from: Place, to: Place): ConnectivityTest {
  return {
    id: pairId({ from, to }),
    category: 'connectivity',
    name: `${placeName(from)} → ${placeName(to)}`,
    from,
    to,
  };
}

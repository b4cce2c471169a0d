import { expectationOf } from './authorization.ts';
import { identityAt } from './identity.ts';
import { isSamePlace } from './place.ts';
import { authorizationOf, pairsOf, placesOf } from './tests.ts';
import type { Exercise, Scenario } from './types.ts';

/** Decisions compare names with names, so that any will do. */
const clusterName = 'any';
const echoPort = 8080;

/**
 * The scenario with tests for every caller and every target: all pairs without policies, and in each exercise all
 * callers of the guarded cluster. What the guides leave open follows from the policies.
 */
export function withMatrix(scenario: Scenario): Scenario {
  const counted = new Set(scenario.tests.map(({ id }) => id));
  const pairs = pairsOf(placesOf(scenario));
  const cells = scenario.exercises.flatMap((exercise) =>
    authorizationOf({ ...exercise, callers: openCells(scenario, exercise) }, scenario.guarded),
  );
  const added = [...pairs, ...cells].filter(({ id }) => !counted.has(id));
  return { ...scenario, tests: [...scenario.tests, ...added] };
}

function openCells(scenario: Scenario, { policies: inForce, callers }: Exercise): Exercise['callers'] {
  const policies = scenario.policies.filter(({ name }) => inForce.includes(name));
  return placesOf(scenario)
    .filter((from) => !callers.some((caller) => isSamePlace(caller.from, from)))
    .map((from) => {
      const identity = identityAt(scenario, from, clusterName);
      return {
        from,
        expected: expectationOf({ policies, identity, to: scenario.guarded, port: echoPort, clusterName }).expected,
      };
    });
}

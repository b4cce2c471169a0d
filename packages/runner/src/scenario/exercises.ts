import { isSamePlace, placeOf } from './place.ts';
import type { EcsClusterFacts, Exercise, ExpectedCaller, Place, PolicyFacts } from './types.ts';

const echoPort = 8080;

export const denyAll: PolicyFacts = { name: 'deny-all', action: 'ALLOW', callers: [] };
export const allowEks: PolicyFacts = { name: 'allow-eks-to-echo', action: 'ALLOW', callers: ['eks'], port: echoPort };

export interface Exercises {
  policies: readonly PolicyFacts[];
  exercises: readonly Exercise[];
}

/**
 * The exercises of the guides for a topology of two clusters or more. What is guarded is the first cluster: everything
 * is closed, the callers are let in one after the other, and after a reset the last one is kept out by name.
 */
export function exercisesFor([inside, ...others]: readonly [EcsClusterFacts, ...EcsClusterFacts[]]): Exercises {
  const outside: Admission[] = [{ from: 'eks', policy: allowEks }, ...others.map(admissionOf)];
  const within = { from: placeOf(inside), policy: allowInside(inside) };
  const stages: Stage[] = [closed([...outside, within]), ...opened(outside, within), reset(outside, keptOut(others))];
  return {
    policies: [...new Map(stages.flatMap(({ policies }) => policies).map((policy) => [policy.name, policy])).values()],
    exercises: stages.map(({ title, policies, callers }, index) => {
      const number = `6.${index + 2}`;
      return {
        id: `policy-${number}`,
        title: `${number} ${title}`,
        policies: policies.map(({ name }) => name),
        callers,
      };
    }),
  };
}

/** A caller and the policy that lets it in. */
interface Admission {
  from: Place;
  policy: PolicyFacts;
}

interface Stage {
  title: string;
  policies: readonly PolicyFacts[];
  callers: readonly ExpectedCaller[];
}

function closed(all: readonly Admission[]): Stage {
  return { title: denyAll.name, policies: [denyAll], callers: all.map(({ from }) => refused(from)) };
}

/** One stage per caller; those whose turn is still to come are refused. Inside is left out while EKS is let in. */
function opened(outside: readonly Admission[], within: Admission): Stage[] {
  const all = [...outside, within];
  return all.map(({ from, policy }, index) => ({
    title: `+ ${policy.name}`,
    policies: [denyAll, ...all.slice(0, index + 1).map((admission) => admission.policy)],
    callers: [
      { from, expected: 'allowed' },
      ...(index === 0 ? outside : all).slice(index + 1).map((later) => refused(later.from)),
    ],
  }));
}

function reset(outside: readonly Admission[], deny: PolicyFacts): Stage {
  const isKeptOut = ({ from }: Admission) => deny.callers.some((caller) => isSamePlace(caller, from));
  const admitted = outside.filter((admission) => !isKeptOut(admission));
  return {
    title: `reset, ${deny.name}`,
    policies: [denyAll, ...admitted.map(({ policy }) => policy), deny],
    callers: outside.map((admission) => ({
      from: admission.from,
      expected: isKeptOut(admission) ? 'denied' : 'allowed',
    })),
  };
}

/** The whole external account when there is one, otherwise the last cluster. */
function keptOut(others: readonly EcsClusterFacts[]): PolicyFacts {
  const external = others.filter(({ account }) => account === 'external');
  const [chosen, name] =
    external.length > 0
      ? [external, 'deny-external-account']
      : [others.slice(-1), `deny-cluster-${others.at(-1)?.number}`];
  return { name, action: 'DENY', callers: chosen.map(placeOf) };
}

const refused = (from: Place): ExpectedCaller => ({ from, expected: 'denied' });

function admissionOf(cluster: EcsClusterFacts): Admission {
  const from = placeOf(cluster);
  const name = `allow-cluster-${cluster.number}-to-echo`;
  return { from, policy: { name, action: 'ALLOW', callers: [from], port: echoPort } };
}

const allowInside = (cluster: EcsClusterFacts): PolicyFacts => ({
  name: 'allow-internal',
  action: 'ALLOW',
  callers: [placeOf(cluster)],
});

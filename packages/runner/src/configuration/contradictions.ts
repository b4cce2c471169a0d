import { problem, type Problem } from './read/reading.ts';
import type { Facts } from './missing.ts';
import type { Resolved } from './resolve.ts';

interface Contradiction {
  /** Keys of the two settings. */
  between: readonly [string, string];
  /** Scenarios that it matters for. */
  scenarios: readonly number[];
  /** What is wrong with the two values, if anything. */
  problem: (one: string, other: string) => string | undefined;
}

const same = (why: string) => (one: string, other: string) => (one === other ? `are both ${one}: ${why}` : undefined);

const otherAccount = (role: string, account: string) => {
  const owner = /^arn:[^:]+:iam::(\d{12}):/.exec(role)?.[1];
  return owner === undefined || owner === account
    ? undefined
    : `disagree: the role is in account ${owner}, not ${account}`;
};

const every = [1, 2, 3, 4];

const contradictions: readonly Contradiction[] = [
  {
    between: ['accounts.external.id', 'accounts.local.id'],
    scenarios: [3],
    problem: same('scenario 3 needs two accounts'),
  },
  {
    between: ['accounts.external.profile', 'accounts.local.profile'],
    scenarios: [3],
    problem: same('one profile leads to one account'),
  },
  { between: ['accounts.local.role', 'accounts.local.id'], scenarios: every, problem: otherAccount },
  { between: ['accounts.external.role', 'accounts.external.id'], scenarios: [3], problem: otherAccount },
  {
    between: ['networks.aks', 'networks.eks'],
    scenarios: [4],
    problem: same('the clusters reach each other through gateways because their networks differ'),
  },
  {
    between: ['azure.clusterName', 'clusterName'],
    scenarios: [4],
    problem: same('tools tell the clusters apart by name'),
  },
];

/** Values that are right alone and wrong together, in the scenarios that look at them. */
export function contradictionsIn({ values, scenario }: Facts): Problem[] {
  return contradictions.flatMap(({ between: [first, second], scenarios, problem: judge }) => {
    const one = values.get(first);
    const other = values.get(second);
    if (!one || !other || (scenario !== undefined && !scenarios.includes(scenario))) return [];
    const message = judge(String(one.value), String(other.value));
    return message === undefined ? [] : [told(one, other, message)];
  });
}

const told = (one: Resolved, other: Resolved, message: string): Problem =>
  problem(one.origin.kind === 'default' ? other.origin : one.origin, `${one.name} and ${other.name} ${message}`);

import { problem, type Problem } from './read/reading.ts';
import type { Values } from './resolve.ts';
import { settings, type Setting } from './settings/index.ts';
import type { Origin } from './types.ts';

export interface Facts {
  values: Values;
  /** Absent when it isn't known which one will run. */
  scenario?: number;
  target: 'sandbox' | 'cloud';
}

/** Groups of which a scenario needs the id. */
interface Need {
  id: string;
  group: string;
  scenarios: readonly number[];
  because: string;
  /** The sandbox makes up its own. */
  onlyInCloud?: true;
}

const needed: readonly Need[] = [
  { id: 'accounts.local.id', group: 'accounts.', scenarios: [1, 2, 3, 4], because: 'the account of the EKS cluster' },
  { id: 'accounts.external.id', group: 'accounts.', scenarios: [3], because: 'scenario 3 spans two accounts' },
  {
    id: 'accounts.external.profile',
    group: 'accounts.',
    scenarios: [3],
    because: 'credentials of the local account do not lead to another one',
    onlyInCloud: true,
  },
  {
    id: 'azure.subscription',
    group: 'azure.subscription',
    scenarios: [4],
    because: 'scenario 4 creates an AKS cluster',
  },
];

/**
 * In a cloud, what a scenario can't do without. The sandbox has accounts of its own; but a configuration that has some
 * of the accounts has lost the others, and running with made-up ones would be a surprise.
 */
export function missingIn({ values, scenario, target }: Facts): Problem[] {
  return needed.flatMap(({ id, group, scenarios, because, onlyInCloud = false }) => {
    const setting = settings.find(({ key }) => key === id);
    if (!setting || values.has(id) || (onlyInCloud && target === 'sandbox')) return [];
    const own = id.slice(0, id.lastIndexOf('.') + 1);
    const sibling = [...values].find(([key]) => key.startsWith(scenario === undefined ? own : group))?.[1];
    const relevant = scenario === undefined || scenarios.includes(scenario);
    if (!relevant || (!sibling && (target === 'sandbox' || scenario === undefined))) return [];
    const origin = sibling?.origin ?? { kind: 'default' };
    return [problem(origin, `${nameIn(setting, sibling?.name)} is missing: ${because}`, hintFor(setting, origin))];
  });
}

/** In the words of the source that the person writes. */
function nameIn({ path, variables }: Setting, like: string | undefined): string {
  return like?.includes('.') || variables[0] === undefined ? path : variables[0];
}

function hintFor({ path, flag, variables, rule }: Setting, origin: Origin): string {
  const example = rule.type === 'text' ? rule.example : 'VALUE';
  if (origin.kind === 'flag') return `add ${flag} ${example}`;
  if (origin.kind === 'file' && /\.ya?ml$/.test(origin.file)) return `add ${path}: '${example}'`;
  return `add: export ${variables[0]}=${example}`;
}

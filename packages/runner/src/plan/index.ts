/** What a run would do, take and cost. Nothing is contacted. */
import { MeshbedError, type Stages } from '@meshbed/core';
import { priceOf, priceSource, type Price } from '../audit/prices.ts';
import type { Configuration } from '../configuration/index.ts';
import { accountsOf } from '../scenario/accounts.ts';
import type { AccountName, Scenario, ScenarioStep } from '../scenario/types.ts';
import { chooseSteps, type Selection } from '../run/selection.ts';
import { scheduleOf, type StepTimes } from './durations.ts';
import { resourcesOf, type PlannedResource } from './resources.ts';

export type { PlannedResource } from './resources.ts';

export interface PlanOptions {
  scenario: Scenario;
  configuration: Configuration;
  /** How long things take in AWS. */
  stages: Stages;
  selection?: Selection;
}

export interface PlannedStep extends StepTimes, Pick<ScenarioStep, 'id' | 'description' | 'part' | 'needs'> {
  number: number;
  /** What parts of it wait for on the way. */
  awaits: readonly string[];
}

export interface PricedResource extends PlannedResource {
  price?: Price;
}

export interface Plan {
  scenario: number;
  title: string;
  target: Configuration['target'];
  region: string;
  accounts: readonly { name: AccountName; id?: string; profile?: string }[];
  parts: readonly string[];
  /** Those that run. */
  steps: readonly PlannedStep[];
  tests: number;
  resources: readonly PricedResource[];
  expectedMs: number;
  /** When everything takes as short, or as long, as it usually does. */
  rangeMs: readonly [shortest: number, longest: number];
  /** US dollars in AWS, for everything that is there at the end. */
  perHour: number;
  /** US dollars in AWS for the run itself: a started hour counts as a whole one, as NAT gateways and load balancers do. */
  runCost: number;
  /** What costs money, but has no row in the price table. */
  unpriced: readonly string[];
  priceSource: typeof priceSource;
}

const hourMs = 3_600_000;

export function planOf({ scenario, configuration, stages, selection = {} }: PlanOptions): Plan {
  const chosen = chooseSteps(scenario, selection);
  const tests = selection.to === undefined;
  const schedule = (estimate: Parameters<typeof scheduleOf>[1]['estimate']) =>
    scheduleOf(scenario, { stages, chosen, tests, estimate });
  const typical = schedule(({ realMs }) => realMs);
  const range = [0, 1].map((end) => schedule(({ rangeMs }) => rangeMs[end] ?? 0).totalMs) as [number, number];
  const resources = resourcesOf(scenario, configuration, chosen).map((resource) => priced(resource, configuration));
  const perHour = resources.reduce((sum, { price }) => sum + (price?.perHour ?? 0), 0);
  return {
    scenario: scenario.number,
    title: scenario.title,
    target: configuration.target,
    region: configuration.region,
    accounts: accountsOf(scenario).map((name) => {
      const { id, profile } = configuration.accounts[name];
      return { name, ...(id === undefined ? {} : { id }), ...(profile === undefined ? {} : { profile }) };
    }),
    parts: scenario.parts,
    steps: scenario.steps.flatMap(({ id, description, part, needs, awaits = [] }, index) => {
      const times = typical.steps.get(id);
      return times ? [{ number: index + 1, id, description, part, needs, awaits, ...times }] : [];
    }),
    tests: tests ? scenario.tests.length : 0,
    resources,
    expectedMs: typical.totalMs,
    rangeMs: range,
    perHour,
    runCost: resources.length === 0 ? 0 : perHour * Math.ceil(typical.totalMs / hourMs),
    unpriced: resources.flatMap(({ title, name, priced: kind, price }) => (kind && !price ? [`${title} ${name}`] : [])),
    priceSource,
  };
}

function priced(resource: PlannedResource, configuration: Configuration): PricedResource {
  const price = resource.priced && priceOf(resource.priced, configuration);
  return price ? { ...resource, price } : resource;
}

/** @throws MeshbedError `user/too-expensive`, also when the price is not known. */
export function refuseAbove({ runCost, unpriced, scenario }: Plan, maxCost: number): void {
  if (unpriced.length > 0) {
    throw new MeshbedError('user/too-expensive', `what scenario ${scenario} costs is not known`, {
      object: unpriced.join(', '),
      likely: 'the price table does not have it',
      next: 'choose another node type, or leave out --max-cost',
    });
  }
  if (runCost <= maxCost) return;
  throw new MeshbedError(
    'user/too-expensive',
    `a run of scenario ${scenario} costs $${runCost.toFixed(2)} in AWS, more than $${maxCost.toFixed(2)}`,
    { next: 'see what costs most: meshbed plan; then raise --max-cost, or choose fewer or smaller nodes' },
  );
}

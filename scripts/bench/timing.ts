// Scenario 3 as long as AWS would take: twice in modelled time, as a graph and one step after the other.
import { createIds, modelClock } from '@meshbed/core';
import { defaultConfiguration, runScenario, scenarioNumbered, type RunOptions, type StepId } from '@meshbed/runner';
import { stages } from '@meshbed/aws-server';
import { createSandbox, targetOf } from '@meshbed/sandbox';
import { type Duration, lowerBound } from './floors.ts';
import { below, type Row, rounded } from './table.ts';

const scenario = scenarioNumbered('3');

/** What operators measured in AWS, in minutes, by the steps that they ran one after the other. */
const measured: readonly { what: string; minutes: number; steps: readonly StepId[]; withTests?: true }[] = [
  { what: 'EKS', minutes: 14, steps: ['eks_cluster'] },
  { what: 'infrastructure', minutes: 5, steps: ['infrastructure_iam'] },
  {
    what: 'Istio',
    minutes: 2,
    steps: ['gateway_api_crds', 'istio_install', 'network_label', 'eastwest_gateway', 'istio_verify'],
  },
  { what: 'ECS', minutes: 3, steps: ['ecs_clusters', 'k8s_namespaces'] },
  { what: 'enrolment', minutes: 1, steps: ['add_to_mesh'] },
  { what: 'tests', minutes: 2, steps: ['prepare_tests'], withTests: true },
];

const realMs = (kind: string, state: string) => stages[kind]?.[state]?.realMs ?? Number.NaN;

/** As their scripts do it: eksctl makes the cluster, the AWS CLI the rest of AWS, kubectl and istioctl what is in it. */
const byHand: NonNullable<RunOptions['byHand']> = {
  atOnce: ['eks_cluster'],
  awsCommands: ['infrastructure_iam', 'ecs_clusters'],
  processMs: realMs('cli-process', 'started'),
  pollMs: realMs('cli-wait', 'looked'),
};

interface Modelled {
  /** Until the last step ended. */
  readyMs: number;
  /** Until the last test ended. */
  testedMs: number;
  /** From the start of each step to its end. */
  steps: ReadonlyMap<string, number>;
  /** Of the wall clock, for all of it. */
  wallMs: number;
}

export async function timing(): Promise<Row[]> {
  const graph = await modelled({ sequential: false });
  const sequence = await modelled({ sequential: true, byHand });
  const bound = lowerBound(scenario, typical);
  return [
    { what: 'each step as soon as it can: ready', value: minutes(graph.readyMs) },
    { what: '… and tested', value: minutes(graph.testedMs) },
    { what: 'one step after the other: ready', value: minutes(sequence.readyMs) },
    { what: '… and tested', value: minutes(sequence.testedMs) },
    ...measured.map((part) => ({
      what: `    ${part.what} (operators measured ${part.minutes} min)`,
      value: minutes(partOf(sequence, part)),
    })),
    { what: 'operators measured, one after the other', value: minutes(measuredMs) },
    { what: 'one after the other / as soon as it can', value: ratio(sequence.testedMs, graph.testedMs) },
    { what: 'lower bound of the critical path', value: minutes(bound.ms) },
    ...bound.path.map((activity) => ({ what: `    ${activity}`, value: '' })),
    below(1.1, '×', 'ready / lower bound', graph.readyMs / bound.ms),
    ...errors({ graph, sequence }),
  ];
}

const measuredMs = measured.reduce((sum, part) => sum + part.minutes * 60_000, 0);

function partOf({ steps, readyMs, testedMs }: Modelled, { steps: ids, withTests }: (typeof measured)[number]): number {
  const own = ids.reduce((sum, id) => sum + (steps.get(id) ?? 0), 0);
  return withTests ? own + testedMs - readyMs : own;
}

/** How far the figures may be off: AWS's own spread, and what the model leaves out. */
function errors(runs: Record<'graph' | 'sequence', Modelled>): Row[] {
  const [soonest, latest] = [lowerBound(scenario, shortest), lowerBound(scenario, longest)];
  return [
    {
      what: 'error: the lower bound with the shortest and the longest usual durations',
      value: `${minutes(soonest.ms)} to ${minutes(latest.ms)}`,
    },
    ...Object.entries(runs).map(([name, { wallMs, testedMs }]) => ({
      what: `error: work of this machine that counts as no time, ${name}`,
      value: `< ${rounded(wallMs / 1000)} s, ${rounded((wallMs / testedMs) * 100)} %`,
    })),
  ];
}

const typical: Duration = ({ realMs }) => realMs;
const shortest: Duration = ({ rangeMs }) => rangeMs[0];
const longest: Duration = ({ rangeMs }) => rangeMs[1];

const minutes = (ms: number) => `${rounded(ms / 60_000)} min`;
const ratio = (a: number, b: number) => `${rounded(a / b)} ×`;

/** @throws Error when the scenario does not pass */
async function modelled(way: Pick<RunOptions, 'sequential' | 'byHand'>): Promise<Modelled> {
  const wallBegin = performance.now();
  const { PATH = '' } = process.env;
  using clock = modelClock();
  await using sandbox = await createSandbox({ machine: { PATH }, profile: 'real', clock, seed: 'bench' });
  const begin = clock.now();
  const ended = { step: begin, test: begin };
  const began = new Map<string, number>();
  const steps = new Map<string, number>();
  const problems: string[] = [];
  const { outcome } = await runScenario({
    scenario,
    ...way,
    configuration: defaultConfiguration,
    target: { ...targetOf(sandbox), workDir: sandbox.directory.path },
    clock,
    ids: createIds('bench'),
    signal: new AbortController().signal,
    onEvent(event) {
      if (event.kind === 'step-started') began.set(event.step, event.atMs);
      if (event.kind === 'step-ended') {
        ended.step = event.atMs;
        steps.set(event.step, event.atMs - (began.get(event.step) ?? event.atMs));
      }
      if (event.kind === 'test-ended') ended.test = event.atMs;
      if ('failure' in event && event.failure) problems.push(event.failure.text);
    },
  });
  if (outcome !== 'passed') throw new Error(`scenario ${scenario.number} ${outcome} in modelled time: ${problems[0]}`);
  const wallMs = performance.now() - wallBegin;
  return { readyMs: ended.step - begin, testedMs: ended.test - begin, steps, wallMs };
}

import { MeshbedError } from '@meshbed/core';
import {
  chosenExercises,
  clearPolicies,
  policiesThere,
  practise,
  type AuthzOptions,
  type Practised,
} from '@meshbed/runner';
import { scenarioNumbered, type Scenario } from '@meshbed/runner/scenario';
import { configurationFor } from '../../session/configuration.ts';
import { openEnvironment, type Opened } from '../../session/environment.ts';
import { createInterrupt, stoppedExitCode } from '../../session/interrupt.ts';
import { lastScenario } from '../../session/last-scenario.ts';
import { lock } from '../../session/lock.ts';
import { paintFor, type Paint } from '../../view/paint.ts';
import { testSection } from '../../view/summary.ts';

export interface AuthzFlags extends Record<string, unknown> {
  exercise?: string;
  cleanup?: boolean;
  scenario?: string;
  instance?: string;
  json?: boolean;
}

const notAsExpected = 4;
const lastWords = 'meshbed: policies may be in force; remove them: meshbed authz clear\n';

export async function authzCommand(argument: string | undefined, flags: AuthzFlags): Promise<void> {
  const wanted = wantedOf(argument, flags);
  const loaded = configurationFor({ flags });
  const environment = await openEnvironment({ loaded, instance: flags.instance });
  const scenario = scenarioOf(environment, flags);
  using interrupt = createInterrupt({ lastWords });
  using _held = lock(environment, { clusterName: environment.configuration.clusterName, command: 'authz' });
  const paint = paintFor(process.stdout);
  const write = (text: string) => void process.stdout.write(text);
  const options = {
    ...environment,
    scenario,
    signal: interrupt.signal,
    onPractised: (done: Practised) => write(flags.json ? `${JSON.stringify(done)}\n` : practisedText(done, paint)),
  };
  const numbers = wanted === 'clear' ? [] : chosenExercises(scenario, wanted);
  const practised = await removingAfter(wanted, options, () => practise(options, numbers));
  const { aborted: stopped } = interrupt.signal;
  if (wanted === 'all' || wanted === 'clear') await cleared(options, flags);
  else if (!flags.json) write(await left(options));
  const failed = practised.some(({ tests }) => tests.some(({ ended }) => ended.outcome !== 'passed'));
  if (stopped) process.exitCode = stoppedExitCode;
  else if (failed) process.exitCode = notAsExpected;
}

/** What follows a stop must not be stopped by it. */
const unstopped = (options: AuthzOptions): AuthzOptions => ({ ...options, signal: new AbortController().signal });

/** All of them one after the other leave nothing in force, also when they fail. */
async function removingAfter<T>(wanted: string, options: AuthzOptions, practising: () => Promise<T>): Promise<T> {
  try {
    return await practising();
  } catch (error) {
    if (wanted === 'all') await clearPolicies(unstopped(options));
    throw error;
  }
}

async function cleared(options: AuthzOptions, { json }: AuthzFlags): Promise<void> {
  const namespace = await clearPolicies(unstopped(options));
  const stopped = options.signal.aborted ? 'Stopped. ' : '';
  if (!json) process.stdout.write(`${stopped}No policy of the exercises is in force in ${namespace}.\n`);
}

/** After a stop Kubernetes says what is in force: perhaps not all of an exercise. */
async function left(options: AuthzOptions): Promise<string> {
  if (!options.signal.aborted) return '\nThe policies stay in force; remove them: meshbed authz clear\n';
  const { namespace, policies } = await policiesThere(unstopped(options));
  if (policies.length === 0) return `\nStopped. No policy is in force in ${namespace}.\n`;
  return `\nStopped. In force in ${namespace}: ${policies.join(', ')}; remove them: meshbed authz clear\n`;
}

/** @throws MeshbedError `user/contradiction`, `user/no-exercise` */
function wantedOf(argument: string | undefined, { exercise, cleanup }: AuthzFlags): string {
  const given = [argument, exercise, cleanup ? 'clear' : undefined].filter((each) => each !== undefined);
  const [wanted, other] = new Set(given);
  if (wanted === undefined) {
    throw new MeshbedError('user/no-exercise', 'which exercise?', { next: 'meshbed authz 1, … 7, all or clear' });
  }
  if (other === undefined) return wanted;
  throw new MeshbedError('user/contradiction', `${wanted} and ${other} are two exercises`, {
    next: 'name one of them',
  });
}

function scenarioOf({ configuration, target }: Opened, flags: AuthzFlags): Scenario {
  const number = flags.scenario ?? configuration.scenario ?? lastScenario(target.workDir);
  if (number !== undefined) return scenarioNumbered(String(number));
  throw new MeshbedError('user/no-scenario', 'which scenario? nothing has run there yet', {
    next: 'name it: meshbed authz 2 --scenario 3; or run one first: meshbed run 3 --instance latest',
  });
}

export function practisedText({ title, namespace, policies, tests }: Practised, paint: Paint): string {
  const inForce = policies.length === 0 ? 'none' : policies.join(', ');
  const sections = tests.map(({ name, ended: { test, outcome, failure, record } }) =>
    testSection(
      { id: test, name, category: 'authorization', status: outcome, detail: failure?.text ?? '', record },
      paint,
    ),
  );
  return `${paint('strong', `Exercise ${title}`)}\n  policies in ${namespace}: ${inForce}\n${sections.join('\n')}\n`;
}

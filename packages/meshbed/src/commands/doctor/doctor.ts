import { MeshbedError, systemClock } from '@meshbed/core';
import { doctorExitCode, examine, type Finding, type Target, type Verdict } from '@meshbed/runner';
import type { Loaded } from '@meshbed/runner/configuration';
import { scenarioNumbered } from '@meshbed/runner/scenario';
import { configurationFor } from '../../session/configuration.ts';
import { isCloud, openEnvironment } from '../../session/environment.ts';
import { newestInstance } from '../../session/instance.ts';
import { thisToolMachine } from '../../session/machine.ts';
import { withInstance } from '../../session/reach.ts';
import { paintFor, type Paint, type Tone } from '../../view/paint.ts';

export interface DoctorFlags extends Record<string, unknown> {
  scenario?: string;
  instance?: string;
  json?: boolean;
}

/** The one that needs most. */
const mostDemanding = '3';

export async function doctorCommand(argument: string | undefined, given: DoctorFlags): Promise<void> {
  const flags = withInstance(given);
  const wanted = argument ?? flags.scenario;
  if (flags.scenario !== undefined && flags.scenario !== wanted) {
    throw new MeshbedError('user/contradiction', `${wanted} and ${flags.scenario} are two scenarios`, {
      next: 'name one of them',
    });
  }
  const named = wanted === undefined ? undefined : scenarioNumbered(wanted);
  const loaded = configurationFor({ flags, ...(named ? { scenario: named.number } : {}) });
  const scenario = named ?? scenarioNumbered(String(loaded.configuration.scenario ?? mostDemanding));
  const place = await placeOf(loaded, flags);
  const findings = await examine({ scenario, clock: systemClock, machine: thisToolMachine, ...place });
  process.stdout.write(
    flags.json ? `${JSON.stringify(findings, null, 2)}\n` : doctorText(findings, paintFor(process.stdout)),
  );
  if (!flags.json && !place.target) process.stdout.write(nowhere);
  process.exitCode = doctorExitCode(findings);
}

const nowhere =
  'Accounts were not looked at: no sandbox is running. Start one: meshbed sandbox up -d; or look at the real ones: --target cloud\n';

/** Credentials that don't work are a finding here, not an error. */
async function placeOf(
  loaded: Loaded,
  { instance }: DoctorFlags,
): Promise<{ configuration: Loaded['configuration']; target?: Target }> {
  const { configuration } = loaded;
  if (isCloud(loaded)) {
    const { cloudTarget } = await import('../../session/cloud.ts');
    return { configuration, target: await cloudTarget(configuration) };
  }
  if (instance === undefined && !newestInstance()) return { configuration };
  const { target, configuration: own } = await openEnvironment({ loaded, instance });
  return { configuration: own, target };
}

const marks: Readonly<Record<Verdict, { mark: string; tone: Tone }>> = {
  ok: { mark: '✓', tone: 'good' },
  warning: { mark: '!', tone: 'busy' },
  problem: { mark: '✗', tone: 'bad' },
  'not-checked': { mark: '?', tone: 'quiet' },
};

export function doctorText(findings: readonly Finding[], paint: Paint): string {
  const lines = findings.flatMap(({ check, verdict, object, says, fix }) => {
    const { mark, tone } = marks[verdict];
    const head = paint(tone, `${mark} ${check.padEnd(12)}  ${object}: ${says}`);
    return fix === undefined ? [head] : [head, `    → ${fix}`];
  });
  const count = (verdict: Verdict) => findings.filter((each) => each.verdict === verdict).length;
  const [problems, warnings, open] = [count('problem'), count('warning'), count('not-checked')];
  const total = `${problems} problem${problems === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}, ${open} not checked`;
  return `${[...lines, '', paint(problems > 0 ? 'bad' : 'good', total)].join('\n')}\n`;
}

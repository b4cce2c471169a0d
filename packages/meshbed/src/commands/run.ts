import { MeshbedError } from '@meshbed/core';
import type { Configuration, RunResult, Selection } from '@meshbed/runner';
import { scenarioNumbered, type Scenario } from '@meshbed/runner/scenario';
import { chooseSteps } from '@meshbed/runner/selection';
import { configurationFor } from '../session/configuration.ts';
import { createInterrupt, type Interrupt } from '../session/interrupt.ts';
import { keepRunning } from '../session/keep.ts';
import type { RunningSandbox } from '../session/sandbox.ts';
import { createView, type View } from '../view/index.ts';
import { listing } from './listing.ts';
import { rejectContradictions, type RunFlags } from './options.ts';

export async function runCommand(number: string | undefined, flags: RunFlags): Promise<void> {
  rejectContradictions(flags);
  const { scenario, configuration } = configured(number, flags);
  const chosen = chooseSteps(scenario, selectionOf(flags));
  if (flags.list) return void process.stdout.write(listing(scenario, chosen));
  using interrupt = createInterrupt();
  const view = createView(process.stdout, viewOptions(flags));
  try {
    // Loaded here: everything above works without the clouds' SDKs.
    const { sandboxOptionsOf, withSandbox } = await import('../session/sandbox.ts');
    process.exitCode = await withSandbox(async (sandbox) => {
      const { exitCode } = await perform({ scenario, configuration, flags, sandbox, interrupt, view });
      view.close();
      const messages = flags.json ? process.stderr : process.stdout;
      if (flags.keep && !interrupt.signal.aborted) await keepRunning(sandbox, interrupt, messages);
      return exitCode;
    }, sandboxOptionsOf(configuration));
  } finally {
    view.close();
  }
}

/** The scenario that is named, else the configured one, with its configuration. Nothing has started by then. */
function configured(named: string | undefined, flags: RunFlags) {
  const asked = named === undefined ? {} : { scenario: scenarioNumbered(named).number };
  const { configuration } = configurationFor({ flags, ...asked });
  const number = named ?? configuration.scenario;
  if (number !== undefined) return { scenario: scenarioNumbered(String(number)), configuration };
  throw new MeshbedError('user/no-scenario', 'which scenario?', {
    next: 'name it: meshbed run 1; or set SCENARIO',
  });
}

interface Performance {
  scenario: Scenario;
  configuration: Configuration;
  flags: RunFlags;
  sandbox: RunningSandbox;
  interrupt: Interrupt;
  view: View;
}

async function perform({ scenario, configuration, flags, sandbox, interrupt, view }: Performance): Promise<RunResult> {
  const [{ createIds, systemClock }, { runScenario }] = await Promise.all([
    import('@meshbed/core'),
    import('@meshbed/runner'),
  ]);
  return runScenario({
    scenario,
    configuration,
    target: sandbox.target,
    clock: systemClock,
    ids: createIds(),
    signal: interrupt.signal,
    onEvent: (event) => view.show(event),
    selection: selectionOf(flags),
  });
}

function viewOptions({ json, plain, verbose }: RunFlags) {
  const kind = json ? 'json' : plain || !process.stdout.isTTY || process.env['CI'] !== undefined ? 'plain' : 'live';
  return { kind, verbose: verbose ?? false } as const;
}

function selectionOf({ step, stopAfter, testsOnly, skipSetup }: RunFlags): Selection {
  return {
    ...(step === undefined ? {} : { from: step }),
    ...(stopAfter === undefined ? {} : { to: stopAfter }),
    ...(testsOnly ? { testsOnly } : {}),
    ...(skipSetup ? { skipSetup } : {}),
  };
}

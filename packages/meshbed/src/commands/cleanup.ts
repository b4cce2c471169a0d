import { createIds, systemClock } from '@meshbed/core';
import { cleanUp, type CleanupPlan, type CleanupResult, type Configuration } from '@meshbed/runner';
import { confirm } from '../session/confirm.ts';
import { configurationFor } from '../session/configuration.ts';
import { openEnvironment, type Environment } from '../session/environment.ts';
import { createInterrupt, type Interrupt } from '../session/interrupt.ts';
import { lock } from '../session/lock.ts';
import { createCleanupView, type CleanupView } from '../view/cleanup.ts';

export interface CleanupFlags extends Record<string, unknown> {
  instance?: string;
  yes?: boolean;
  eks?: boolean;
  waitForDeletion?: boolean;
  json?: boolean;
}

export async function cleanupCommand(flags: CleanupFlags): Promise<void> {
  const loaded = configurationFor({ flags });
  const environment = await openEnvironment({ loaded, instance: flags.instance });
  const { configuration } = environment;
  using interrupt = createInterrupt();
  using _held = lock(environment, { clusterName: configuration.clusterName, command: 'cleanup' });
  const { exitCode } = await cleanEnvironment(environment, configuration, { ...flags, interrupt });
  process.exitCode = exitCode;
}

export interface CleanupParts extends CleanupFlags {
  interrupt: Interrupt;
  view?: CleanupView;
}

/** Deletes what is ours in the accounts, after asking when there is anything to ask about. */
export function cleanEnvironment(
  { target }: Environment,
  configuration: Configuration,
  flags: CleanupParts,
): Promise<CleanupResult> {
  const { interrupt, yes, eks = false, waitForDeletion = true } = flags;
  const view = flags.view ?? createCleanupView(process.stdout, flags);
  return cleanUp({
    configuration,
    target,
    clock: systemClock,
    ids: createIds(),
    signal: interrupt.signal,
    eks,
    wait: waitForDeletion,
    confirm: async (plan) => yes === true || plan.items.length === 0 || confirm(questionOf(plan), interrupt),
    onEvent: (event) => view.show(event),
  });
}

function questionOf({ items }: CleanupPlan): string {
  const accounts = new Set(items.map(({ accountId }) => accountId)).size;
  return `Delete ${items.length === 1 ? 'this' : `these ${items.length}`} in ${accounts} account${accounts === 1 ? '' : 's'}?`;
}

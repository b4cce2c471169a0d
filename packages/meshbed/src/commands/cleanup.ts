import { createIds, systemClock } from '@meshbed/core';
import { cleanUp, type CleanupPlan, type CleanupResult, type Configuration } from '@meshbed/runner';
import { confirm } from '../session/confirm.ts';
import { attach } from '../session/attach.ts';
import { configurationFor } from '../session/configuration.ts';
import { refuseOther } from '../session/configured.ts';
import { findInstance } from '../session/instance.ts';
import { createInterrupt, type Interrupt } from '../session/interrupt.ts';
import { lock } from '../session/lock.ts';
import { withInstance } from '../session/reach.ts';
import type { RunningSandbox } from '../session/sandbox.ts';
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
  const { configuration } = loaded;
  const sandbox = attach(findInstance(withInstance(flags).instance ?? 'latest'));
  refuseOther(sandbox.target, loaded);
  using interrupt = createInterrupt();
  using _held = lock(sandbox, { clusterName: configuration.clusterName, command: 'cleanup' });
  const { exitCode } = await cleanSandbox(sandbox, configuration, { ...flags, interrupt });
  process.exitCode = exitCode;
}

export interface CleanupParts extends CleanupFlags {
  interrupt: Interrupt;
  view?: CleanupView;
}

/** Deletes what is ours in the sandbox's accounts, after asking when there is anything to ask about. */
export function cleanSandbox(
  { target }: RunningSandbox,
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
    confirm: async (plan) => yes === true || plan.items.length === 0 || confirm(questionOf(plan), interrupt.signal),
    onEvent: (event) => view.show(event),
  });
}

function questionOf({ items }: CleanupPlan): string {
  const accounts = new Set(items.map(({ accountId }) => accountId)).size;
  return `Delete ${items.length === 1 ? 'this' : `these ${items.length}`} in ${accounts} account${accounts === 1 ? '' : 's'}?`;
}

import { createIds, systemClock } from '@meshbed/core';
import { cleanUp, defaultConfiguration, type CleanupPlan, type CleanupResult } from '@meshbed/runner';
import { confirm } from '../session/confirm.ts';
import { attach } from '../session/attach.ts';
import { findInstance } from '../session/instance.ts';
import { createInterrupt, type Interrupt } from '../session/interrupt.ts';
import { lock } from '../session/lock.ts';
import { withInstance } from '../session/reach.ts';
import type { RunningSandbox } from '../session/sandbox.ts';
import { createCleanupView, type CleanupView } from '../view/cleanup.ts';

export interface CleanupFlags {
  instance?: string;
  yes?: boolean;
  eks?: boolean;
  waitForDeletion?: boolean;
  json?: boolean;
}

export async function cleanupCommand(flags: CleanupFlags): Promise<void> {
  const sandbox = attach(findInstance(withInstance(flags).instance ?? 'latest'));
  using interrupt = createInterrupt();
  using _held = lock(sandbox, 'cleanup');
  const { exitCode } = await cleanSandbox(sandbox, { ...flags, interrupt });
  process.exitCode = exitCode;
}

export interface CleanupParts extends CleanupFlags {
  interrupt: Interrupt;
  view?: CleanupView;
}

/** Deletes what is ours in the sandbox's accounts, after asking when there is anything to ask about. */
export function cleanSandbox({ target }: RunningSandbox, flags: CleanupParts): Promise<CleanupResult> {
  const { interrupt, yes, eks = false, waitForDeletion = true } = flags;
  const view = flags.view ?? createCleanupView(process.stdout, flags);
  return cleanUp({
    configuration: defaultConfiguration,
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

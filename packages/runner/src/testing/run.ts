import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIds, type Clock } from '@meshbed/core';
import { defaultConfiguration } from '../configuration/index.ts';
import type { RunEvent } from '../events.ts';
import { runScenario, type RunOptions, type RunResult } from '../run/run.ts';
import { scenario1 } from '../scenario/scenario1.ts';
import { stepIds, type Step, type StepId } from '../steps/types.ts';
import type { Target } from '../target.ts';

export const scriptedTarget = (workDir: string): Target => ({
  kind: 'sandbox',
  region: 'us-east-2',
  accounts: {
    local: {
      id: '111122223333',
      profile: 'local',
      credentials: async () => ({ accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' }),
      endpoint: 'http://127.0.0.1:1',
    },
  },
  istioctl: { command: ['false'], env: {} },
  workDir,
});

/** Steps that do what the test says; all others are already done. */
export function scriptedSteps(script: Partial<Record<StepId, Partial<Step>>>): Record<StepId, Step> {
  const present: Step = { check: async () => ({ state: 'present' }), apply: async () => {} };
  const entries = stepIds.map((id) => {
    const absent = { check: async () => ({ state: 'absent', reason: 'not there' }) as const };
    return [id, script[id] ? { ...present, ...absent, ...script[id] } : present] as const;
  });
  return Object.fromEntries(entries) as Record<StepId, Step>;
}

export interface ScriptedRun {
  result: RunResult;
  events: RunEvent[];
}

/** Scenario 1 without any cloud. */
export async function scriptedRun(clock: Clock, options: Partial<RunOptions>): Promise<ScriptedRun> {
  const workDir = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
  const events: RunEvent[] = [];
  try {
    const result = await runScenario({
      scenario: scenario1,
      configuration: defaultConfiguration,
      target: scriptedTarget(workDir),
      clock,
      ids: createIds('test'),
      signal: new AbortController().signal,
      onEvent: (event) => events.push(event),
      steps: scriptedSteps({}),
      tests: async ({ scenario }) => new Map(scenario.tests.map(({ id }) => [id, 'passed'] as const)),
      ...options,
    });
    return { result, events };
  } finally {
    rmSync(workDir, { recursive: true });
  }
}

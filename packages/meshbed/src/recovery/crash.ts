import { createIds } from '@meshbed/core';
import type { RunEvent } from '@meshbed/runner/journal';
import { expect } from 'vitest';
import type { Environment } from './environment.ts';
import type { RunnerEnd } from './runner-process.ts';

/** When to kill a runner. */
export type Moment = { event: number } | { inside: string };

/** Positions in the stream of events, the same for the same seed. */
export function momentsFrom(seed: string, { count, events }: { count: number; events: number }): Moment[] {
  const ids = createIds(seed);
  return Array.from({ length: count }, () => ({ event: ids.integer(events) }));
}

const matches = (moment: Moment) => (event: RunEvent, index: number) => {
  if ('event' in moment) return index >= moment.event;
  if (event.kind === 'resource-intended') return event.step === moment.inside;
  // A step that changes nothing is met when it starts; it may have ended by the time the signal arrives.
  return event.kind === 'step-ended' && event.step === moment.inside;
};

/** Runs and kills at the moment. A run that ends before it has to be a good one. */
export async function killedRun(environment: Environment, scenario: string, moment: Moment): Promise<RunnerEnd> {
  const end = await environment.meshbed(['run', scenario, '--json'], { killAt: matches(moment) });
  if (end.code !== null) expect([moment, end.code, end.stderr]).toEqual([moment, 0, expect.any(String)]);
  return end;
}

/** Cleans up and kills at that event, unless it ends before. */
export async function killedCleanup(environment: Environment, atEvent: number): Promise<RunnerEnd> {
  const args = ['cleanup', '--yes', '--eks', '--json'];
  const end = await environment.meshbed(args, { killAt: (_event, index) => index >= atEvent });
  if (end.code !== null) expect([atEvent, end.code, end.stderr]).toEqual([atEvent, 0, expect.any(String)]);
  return end;
}

/** The run that follows passes everything. */
export async function expectGreen(environment: Environment, scenario: string, tests: number): Promise<RunnerEnd> {
  const end = await environment.meshbed(['run', scenario, '--json']);
  const failures = end.events.filter((event) => 'failure' in event && event.failure);
  const passed = end.events.filter((event) => event.kind === 'test-ended' && event.outcome === 'passed');
  expect({ code: end.code, failures, passed: passed.length }).toEqual({ code: 0, failures: [], passed: tests });
  return end;
}

/** Nothing of ours is left, and what was there before is as it was. */
export async function expectCleanable(environment: Environment): Promise<void> {
  const { left, unseen, exitCode } = await environment.cleanUp();
  expect({ left, unseen, exitCode }).toEqual({ left: [], unseen: [], exitCode: 0 });
  expect(await environment.everything()).toEqual(environment.before);
}

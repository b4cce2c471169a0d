import { type Profile, Transitions, virtualClock } from '@meshbed/core';
import { describe, expect, test } from 'vitest';
import { stages } from './transitions.ts';

/** What a new NAT gateway enters, and when. */
function record(profile: Profile) {
  const clock = virtualClock();
  const transitions = new Transitions(clock, profile, stages);
  const entered: [state: string, atMs: number][] = [];
  transitions.follow('nat-gateway', 'pending', (next) => {
    entered.push([next, clock.now()]);
    return next;
  });
  return { clock, transitions, entered };
}

describe('transitions', () => {
  test.each<[Profile, number]>([
    ['instant', 0],
    ['fast', 50],
    ['real', 120_000],
  ])('%s: a NAT gateway is available after %i ms, and stays so', async (profile, dueMs) => {
    const { clock, entered } = record(profile);
    await clock.advance(3_600_000);
    expect(entered).toEqual([['available', dueMs]]);
  });

  test('a state that the resource refuses: ends there', async () => {
    const clock = virtualClock();
    const transitions = new Transitions(clock, 'real', stages);
    let asked = 0;
    transitions.follow('vpc', 'pending', () => {
      asked++;
      return undefined;
    });
    await clock.advance(3_600_000);
    expect([asked, clock.pending]).toEqual([1, 0]);
  });

  test('disposed: nothing happens any more', async () => {
    const { clock, transitions, entered } = record('real');
    transitions[Symbol.dispose]();
    await clock.advance(3_600_000);
    expect([entered, clock.pending]).toEqual([[], 0]);
  });

  test('the table: no kind runs in a circle', () => {
    for (const table of Object.values(stages)) {
      for (const start of Object.keys(table)) {
        const seen = new Set<string>();
        for (let at: string | undefined = start; at !== undefined; at = table[at]?.next) {
          expect(seen).not.toContain(at);
          seen.add(at);
        }
      }
    }
  });
});

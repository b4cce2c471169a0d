import { expect, test } from 'vitest';
import type { StepOutcome } from '../events.ts';
import { scenarios } from '../scenario/index.ts';
import { oneAfterTheOther, runGraph, type Node } from './graph.ts';

interface Scripted extends Node {
  outcome?: StepOutcome;
  /** Turns of the event loop it takes. */
  turns?: number;
  milestones?: readonly string[];
}

async function trace(nodes: readonly Scripted[]) {
  const order: string[] = [];
  const outcomes = await runGraph(nodes, async ({ id, outcome = 'done', turns = 1, milestones = [] }, gates) => {
    order.push(`+${id}`);
    for (const milestone of milestones) gates.reach(milestone);
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    order.push(`-${id}`);
    return outcome;
  });
  return { order: order.join(' '), outcomes: Object.fromEntries(outcomes) };
}

test('graph: what does not depend on each other runs at the same time', async () => {
  const { order } = await trace([
    { id: 'a', needs: [] },
    { id: 'b', needs: ['a'], turns: 3 },
    { id: 'c', needs: ['a'] },
    { id: 'd', needs: ['b', 'c'] },
  ]);
  expect(order).toBe('+a -a +b +c -c -b +d -d');
});

test('graph: a milestone lets others start before the end', async () => {
  const { order } = await trace([
    { id: 'slow', needs: [], turns: 4, milestones: ['network'] },
    { id: 'early', needs: ['slow.network'] },
  ]);
  expect(order).toBe('+slow +early -early -slow');
});

test('graph: a milestone that a node never reached is reached by its success', async () => {
  const { outcomes } = await trace([
    { id: 'a', needs: [], outcome: 'unchanged' },
    { id: 'b', needs: ['a.network'] },
  ]);
  expect(outcomes).toEqual({ a: 'unchanged', b: 'done' });
});

test.each<StepOutcome>(['failed', 'cancelled'])(
  'graph: after %s the dependants are blocked, the others are not',
  async (outcome) => {
    const { outcomes } = await trace([
      { id: 'a', needs: [], outcome },
      { id: 'b', needs: ['a.network'] },
      { id: 'c', needs: ['b'] },
      { id: 'd', needs: [] },
    ]);
    expect(outcomes).toEqual({ a: outcome, b: 'blocked', c: 'blocked', d: 'done' });
  },
);

test('graph: a node awaits another on its way, and is blocked when that fails', async () => {
  for (const [outcome, expected] of [
    ['done', 'done'],
    ['failed', 'blocked'],
  ] as const) {
    const order: string[] = [];
    const nodes = [
      { id: 'slow', needs: [] },
      { id: 'fast', needs: [], awaits: ['slow.network'] },
    ];
    const outcomes = await runGraph(nodes, async ({ id }, gates) => {
      order.push(id);
      if (id === 'slow') return outcome;
      return gates.after('slow.network').then(
        () => 'done',
        () => 'blocked',
      );
    });
    expect([order.join(' '), outcomes.get('fast')]).toEqual(['slow fast', expected]);
  }
});

test.each<[string, Node[]]>([
  [
    'a circle of needs and awaits',
    [
      { id: 'a', needs: [], awaits: ['b.half'] },
      { id: 'b', needs: ['a'] },
    ],
  ],
  [
    'a circle',
    [
      { id: 'a', needs: ['b'] },
      { id: 'b', needs: ['a'] },
    ],
  ],
  ['an unknown need', [{ id: 'a', needs: ['x'] }]],
])('graph: %s is a bug', async (_name, nodes) => {
  await expect(runGraph(nodes, async () => 'done')).rejects.toMatchObject({ code: 'bug/graph' });
});

test.each(scenarios)('graph: the steps of scenario $number can all run', async ({ steps }) => {
  const outcomes = await runGraph(steps, async () => 'done');
  expect([...outcomes.values()]).toEqual(steps.map(() => 'done'));
});

test.each(scenarios)('graph: the steps of scenario $number one after the other', async ({ steps }) => {
  let running = 0;
  const seen: number[] = [];
  await runGraph(oneAfterTheOther(steps), async () => {
    seen.push(++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return 'done';
  });
  expect(seen).toEqual(steps.map(() => 1));
});

import { MeshbedError } from '@meshbed/core';
import type { StepOutcome } from '../events.ts';

export interface Node {
  id: string;
  /** Ids of nodes, or `id.milestone` for a point that a node reaches before its end. */
  needs: readonly string[];
}

/** Runs one node; calls `reach` for each of its milestones. Never rejects: a failure is an outcome. */
export type Execute<N extends Node> = (node: N, reach: (milestone: string) => void) => Promise<StepOutcome>;

const passing: ReadonlySet<StepOutcome> = new Set(['done', 'unchanged', 'skipped']);

/**
 * Runs every node as soon as what it needs is reached; nodes after a failure are `blocked`.
 * @throws MeshbedError `bug/graph` when a need doesn't exist or the nodes wait for each other.
 */
export async function runGraph<N extends Node>(
  nodes: readonly N[],
  execute: Execute<N>,
): Promise<Map<string, StepOutcome>> {
  verify(nodes);
  const gates = new Map<string, PromiseWithResolvers<boolean>>();
  for (const name of nodes.flatMap(({ id, needs }) => [id, ...needs]))
    gates.set(name, gates.get(name) ?? Promise.withResolvers());
  const outcomes = await Promise.all(
    nodes.map(async (node) => {
      const reached = await Promise.all(node.needs.map(async (need) => gates.get(need)?.promise));
      const reach = (milestone: string) => gates.get(`${node.id}.${milestone}`)?.resolve(true);
      const outcome = reached.every(Boolean) ? await execute(node, reach) : 'blocked';
      for (const [name, gate] of gates) if (nodeOf(name) === node.id) gate.resolve(passing.has(outcome));
      return [node.id, outcome] as const;
    }),
  );
  return new Map(outcomes);
}

const nodeOf = (need: string) => need.split('.')[0];

function verify(nodes: readonly Node[]): void {
  const placed = new Set<string | undefined>();
  for (let left = nodes; left.length > 0;) {
    const [free, waiting] = [left.filter(isFree), left.filter((node) => !isFree(node))];
    if (free.length === 0) {
      throw new MeshbedError(
        'bug/graph',
        `steps that wait for each other or for none: ${waiting.map(({ id }) => id).join(', ')}`,
      );
    }
    for (const { id } of free) placed.add(id);
    left = waiting;
  }
  function isFree({ needs }: Node): boolean {
    return needs.every((need) => placed.has(nodeOf(need)));
  }
}

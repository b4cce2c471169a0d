import { MeshbedError } from '@meshbed/core';
import type { StepOutcome } from '../events.ts';

export interface Node {
  id: string;
  /** Ids of nodes, or `id.milestone` for a point that a node reaches before its end, that must be reached first. */
  needs: readonly string[];
  /** The same, for what the node waits for on its way: the parts of it that don't need them go ahead. */
  awaits?: readonly string[];
}

/** What a node has to do with the others while it runs. */
export interface Gates {
  /** Lets those go on that need only this point of the node. */
  reach(milestone: string): void;
  /** Resolves when one of the node's `awaits` is reached. @throws Blocked when it never will be */
  after(need: string): Promise<void>;
}

/** A node can't go on, because what it waits for on its way has failed. */
export class Blocked extends Error {}

/** Runs one node. Never rejects: a failure is an outcome. */
export type Execute<N extends Node> = (node: N, gates: Gates) => Promise<StepOutcome>;

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
  for (const name of nodes.flatMap((node) => [node.id, ...waitsOf(node)]))
    gates.set(name, gates.get(name) ?? Promise.withResolvers());
  const outcomes = await Promise.all(
    nodes.map(async (node) => {
      const reached = await Promise.all(node.needs.map(async (need) => gates.get(need)?.promise));
      const outcome = reached.every(Boolean) ? await execute(node, gatesFor(node, gates)) : 'blocked';
      for (const [name, gate] of gates) if (nodeOf(name) === node.id) gate.resolve(passing.has(outcome));
      return [node.id, outcome] as const;
    }),
  );
  return new Map(outcomes);
}

function gatesFor({ id, awaits = [] }: Node, gates: ReadonlyMap<string, PromiseWithResolvers<boolean>>): Gates {
  return {
    reach: (milestone) => gates.get(`${id}.${milestone}`)?.resolve(true),
    async after(need) {
      if (!awaits.includes(need)) throw new MeshbedError('bug/graph', `${id} does not declare that it awaits ${need}`);
      if (!(await gates.get(need)?.promise)) throw new Blocked(`${need} was not reached`);
    },
  };
}

const nodeOf = (need: string) => need.split('.')[0];
const waitsOf = ({ needs, awaits = [] }: Node) => [...needs, ...awaits];

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
  function isFree(node: Node): boolean {
    return waitsOf(node).every((need) => placed.has(nodeOf(need)));
  }
}

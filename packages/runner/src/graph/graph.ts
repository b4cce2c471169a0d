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
  reach: (milestone: string) => void;
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
  inOrder(nodes); // throws
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

/** The same nodes, each also in need of the one before it, in an order that their own needs allow. */
export function oneAfterTheOther<N extends Node>(nodes: readonly N[]): N[] {
  return inOrder(nodes).map((node, at, all) => {
    const before = all[at - 1];
    return before ? { ...node, needs: [...node.needs, before.id] } : node;
  });
}

/** @throws MeshbedError `bug/graph` when a need doesn't exist or the nodes wait for each other. */
function inOrder<N extends Node>(nodes: readonly N[]): N[] {
  const placed: N[] = [];
  const isPlaced = (need: string) => placed.some(({ id }) => id === nodeOf(need));
  for (let left = [...nodes]; left.length > 0; left = left.filter((node) => !placed.includes(node))) {
    const free = left.find((node) => waitsOf(node).every(isPlaced));
    if (!free) {
      const waiting = left.map(({ id }) => id).join(', ');
      throw new MeshbedError('bug/graph', `steps that wait for each other or for none: ${waiting}`);
    }
    placed.push(free);
  }
  return placed;
}

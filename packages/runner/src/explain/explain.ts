import type { PolicySet } from '@meshbed/policy/istio';
import { MeshbedError } from '@meshbed/core';
import { explainAcross, readSides } from './across/index.ts';
import { readDiscovery } from './facts/discovery.ts';
import { readFacts, type Sources } from './facts/index.ts';
import { conflictOf } from './network/conflict.ts';
import { type Mesh, meshOf } from './mesh/index.ts';
import type { Cause, Explanation, Hop } from './types.ts';
import { resolveCaller } from './walk/caller.ts';
import { resolveTarget } from './walk/target.ts';
import { policiesNow, walk } from './walk/walk.ts';

export interface Pair {
  from: string;
  to: string;
}

/** The mesh as the clouds' APIs describe it now. */
export async function readMeshOf(sources: Sources): Promise<Mesh> {
  return meshOf(await readFacts(sources));
}

/** @throws MeshbedError `user/unknown-caller`, `user/unknown-target` */
export function explainPair(mesh: Mesh, { from, to }: Pair, policies: PolicySet = policiesNow(mesh)): Explanation {
  return walk({ mesh, caller: resolveCaller(mesh, from), target: resolveTarget(mesh, to), policies });
}

/**
 * How istiod gets at the accounts is read for services of ECS alone; and whether the networks of the accounts may be
 * connected at all, when an ECS cluster that is asked for is not there.
 */
export async function explain(sources: Sources, mesh: Mesh, pair: Pair): Promise<Explanation> {
  return inContext(sources, await answer(sources, mesh, pair));
}

async function answer(sources: Sources, mesh: Mesh, pair: Pair): Promise<Explanation> {
  const isOfAks = [pair.from, pair.to].some((text) => text.startsWith('aks/'));
  if (isOfAks) return (await across(sources, mesh, pair)) ?? noSecondCluster(pair);
  const explanation = await answerOrConflict(sources, mesh, pair);
  if (explanation.cause?.reason === 'unknown-host') return (await across(sources, mesh, pair)) ?? explanation;
  if (explanation.cause?.reason === 'cidr-conflict' || !resolveTarget(mesh, pair.to).service) return explanation;
  const clients = sources.accounts.map((account) => account.clients);
  const discovery = await readDiscovery(clients, mesh.facts.mesh);
  return explainPair(meshOf({ ...mesh.facts, discovery }), pair);
}

/** Undefined when there is no second cluster. */
async function across(sources: Sources, mesh: Mesh, pair: Pair): Promise<Explanation | undefined> {
  const peer = await sources.peer?.();
  if (!peer) return undefined;
  using kube = peer.kube;
  return explainAcross(await readSides(mesh, sources.kube, { ...peer, kube }), pair);
}

/** Where there are two clusters a command has to say which one it is for. */
async function inContext(sources: Sources, explanation: Explanation): Promise<Explanation> {
  const { cause, warnings } = explanation;
  const fixes = [...(cause ? [cause] : []), ...warnings].flatMap(({ fix }) => fix);
  if (!fixes.some((command) => /\b(kubectl|istioctl) /.test(command))) return explanation;
  const peer = await sources.peer?.();
  if (!peer) return explanation;
  peer.kube[Symbol.dispose]();
  const said = ({ fix, ...found }: Cause): Cause => {
    const context = found.account === peer.account ? peer.clusterName : (sources.context ?? sources.clusterName);
    return {
      ...found,
      fix: fix.map((command) => command.replace(/\b(kubectl|istioctl) /, `$1 --context ${context} `)),
    };
  };
  return { ...explanation, ...(cause && { cause: said(cause) }), warnings: warnings.map(said) };
}

function noSecondCluster({ from, to }: Pair): never {
  throw new MeshbedError('user/no-aks', `from ${from} to ${to}: there is no AKS cluster to ask`, {
    next: 'meshbed run 4 --keep',
  });
}

async function answerOrConflict(sources: Sources, mesh: Mesh, pair: Pair): Promise<Explanation> {
  try {
    return explainPair(mesh, pair);
  } catch (error) {
    const asked = [pair.from, pair.to].some((text) => text.startsWith('ecs/'));
    const conflict = asked ? await conflictOf(sources) : undefined;
    if (!conflict) throw error;
    const hop: Hop = {
      step: 'network',
      object: conflict.object,
      account: conflict.account,
      verdict: 'deny',
      says: conflict.says,
    };
    return { ...pair, verdict: 'denied', via: 'none', hops: [hop], cause: conflict, warnings: [] };
  }
}

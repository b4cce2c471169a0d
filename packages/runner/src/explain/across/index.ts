import type { KubeReader } from '@meshbed/clients/kube';
import { MeshbedError } from '@meshbed/core';
import type { AksNetwork } from '../../azure/network.ts';
import { azureFacts, joined, type Node } from '../facts/azure.ts';
import { readMesh } from '../facts/mesh.ts';
import { networkFacts } from '../facts/network.ts';
import { lookUp, type Mesh, meshOf } from '../mesh/index.ts';
import type { Explanation } from '../types.ts';
import { resolveCaller } from '../walk/caller.ts';
import { resolveTarget } from '../walk/target.ts';
import { policiesNow, walk } from '../walk/walk.ts';
import { readMember } from './member.ts';
import { readingOf } from './remote.ts';
import { type Side, walkAcross } from './walk.ts';

/** The second Kubernetes cluster of the mesh, in another cloud. */
export interface Peer {
  kube: KubeReader;
  clusterName: string;
  /** Of the cluster: its subscription. */
  account: string;
  /** Undefined: not read, which the answer says. */
  network?: AksNetwork;
}

/** Both clusters, as their APIs describe them. */
export interface TwoSides {
  eks: Side;
  aks: Side;
}

export async function readSides(mesh: Mesh, kube: KubeReader, peer: Peer): Promise<TwoSides> {
  const { account, clusterName, network } = peer;
  const [here, there, facts, nodes] = await Promise.all([
    readMember(kube),
    readMember(peer.kube),
    readMesh(peer.kube, { account, cluster: clusterName }),
    peer.kube.list('v1', 'Node'),
  ]);
  const [hereReads, thereReads] = await Promise.all([
    readingOf(here, { kube: peer.kube, cluster: 'aks' }),
    readingOf(there, { kube, cluster: 'eks' }),
  ]);
  const azure = network && azureFacts({ subscription: account, network, nodes: nodes as Node[], pods: facts.pods });
  const both = joined(mesh.facts.network, azure ?? networkFacts([]));
  return {
    eks: {
      name: 'EKS',
      mesh: meshOf({ ...mesh.facts, network: both }),
      member: here,
      isRead: true,
      reading: hereReads,
    },
    aks: {
      name: 'AKS',
      mesh: meshOf({ ...mesh.facts, network: both, ecs: [], mesh: facts }),
      member: there,
      isRead: azure !== undefined,
      reading: thereReads,
      loadBalancers: network?.loadBalancers ?? [],
    },
  };
}

const isAks = (text: string) => text.startsWith('aks/');
/** A mesh knows its own pods as `eks/…`, also when it complains. */
function named<T>(text: string, look: (own: string) => T): T {
  if (!isAks(text)) return look(text);
  try {
    return look(text.replace(/^aks\//, 'eks/'));
  } catch (error) {
    if (!(error instanceof MeshbedError)) throw error;
    const inAks = (said: string) => said.replaceAll('eks/', 'aks/');
    const next = error.next === undefined ? {} : { next: inAks(error.next) };
    throw new MeshbedError(error.code, inAks(error.message), { cause: error, ...next });
  }
}

/**
 * `aks/NAMESPACE/NAME` names what is in AKS; a host is looked up where the caller is, then in the other cluster.
 * @throws MeshbedError `user/unknown-caller`, `user/unknown-target`
 */
export function explainAcross({ eks, aks }: TwoSides, { from, to }: { from: string; to: string }): Explanation {
  const [here, there] = isAks(from) ? [aks, eks] : [eks, aks];
  const caller = { ...named(from, (text) => resolveCaller(here.mesh, text)), text: from };
  const meant = isAks(to) ? aks : to.includes('/') ? eks : undefined;
  const target = named(to, (text) => resolveTarget((meant ?? there).mesh, text));
  const destination = meant ?? (lookUp(here.mesh.hosts, target.host, caller.workload?.namespace ?? '') ? here : there);
  if (destination === there) return walkAcross({ caller, target, here, there });
  return walk({ mesh: here.mesh, caller, target, policies: policiesNow(here.mesh) });
}

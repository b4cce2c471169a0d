import type { KubeReader } from '@meshbed/clients/kube';
import { MeshbedError } from '@meshbed/core';
import { readMesh } from '../facts/mesh.ts';
import { networkFacts } from '../facts/network.ts';
import { lookUp, type Mesh, meshOf } from '../mesh/index.ts';
import type { Explanation } from '../types.ts';
import { resolveCaller } from '../walk/caller.ts';
import { resolveTarget } from '../walk/target.ts';
import { readMember } from './member.ts';
import { type Side, walkAcross } from './walk.ts';

/** The second Kubernetes cluster of the mesh, in another cloud whose network is not read. */
export interface Peer {
  kube: KubeReader;
  clusterName: string;
  /** Of the cluster: its subscription. */
  account: string;
}

/** Both clusters, as their APIs describe them. */
export interface TwoSides {
  eks: Side;
  aks: Side;
}

export async function readSides(mesh: Mesh, kube: KubeReader, peer: Peer): Promise<TwoSides> {
  const [here, there, facts] = await Promise.all([
    readMember(kube),
    readMember(peer.kube),
    readMesh(peer.kube, { account: peer.account, cluster: peer.clusterName }),
  ]);
  const network = networkFacts([]);
  return {
    eks: { name: 'EKS', mesh, member: here },
    aks: { name: 'AKS', mesh: meshOf({ accounts: [], network, ecs: [], mesh: facts }), member: there },
  };
}

const isAks = (text: string) => text.startsWith('aks/');
/** A mesh knows its own pods as `eks/…`. */
const own = (text: string) => text.replace(/^aks\//, 'eks/');

/**
 * `aks/NAMESPACE/NAME` names what is in AKS; a host is looked up where the caller is, then in the other cluster.
 * @throws MeshbedError `user/unknown-caller`, `user/unknown-target`, `user/unsupported`
 */
export function explainAcross({ eks, aks }: TwoSides, { from, to }: { from: string; to: string }): Explanation {
  const [here, there] = isAks(from) ? [aks, eks] : [eks, aks];
  const caller = { ...resolveCaller(here.mesh, own(from)), text: from };
  const named = isAks(to) ? aks : to.includes('/') ? eks : undefined;
  const target = resolveTarget((named ?? there).mesh, own(to));
  const destination = named ?? (lookUp(here.mesh.hosts, target.host, caller.workload?.namespace ?? '') ? here : there);
  if (destination === there) return walkAcross({ caller, target, here, there });
  throw new MeshbedError(
    'user/unsupported',
    `from ${from} to ${to} no network border is crossed, inside ${here.name}`,
    {
      likely: 'connections inside AKS are not explained: the network of Azure is not read',
    },
  );
}

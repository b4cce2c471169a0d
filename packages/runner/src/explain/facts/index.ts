/** Reads everything that decides about connections, all at once, by reading calls only. */
import type { AwsClients } from '@meshbed/clients/aws';
import type { KubeReader } from '@meshbed/clients/kube';
import type { Peer } from '../across/index.ts';
import { readEcs } from './ecs.ts';
import { readMesh } from './mesh.ts';
import { describeNetwork, networkFacts } from './network.ts';
import type { Facts } from './types.ts';

export interface Sources {
  /** The account of the Kubernetes cluster first. */
  accounts: readonly { clients: AwsClients; profile: string }[];
  kube: KubeReader;
  /** Name of the EKS cluster. */
  clusterName: string;
  /** What kubeconfigs call it; default: by its name. */
  context?: string;
  /** The second Kubernetes cluster; undefined when there is none. Asked only when a question leads there. */
  peer?: () => Promise<Peer | undefined>;
}

/** @throws what the clouds refuse. */
export async function readFacts({ accounts, kube, clusterName }: Sources): Promise<Facts> {
  const home = accounts[0]?.clients.access.id ?? '';
  const [networks, clusters, mesh] = await Promise.all([
    Promise.all(accounts.map(({ clients }) => describeNetwork(clients))),
    Promise.all(accounts.map(({ clients }) => readEcs(clients))),
    readMesh(kube, { account: home, cluster: clusterName }),
  ]);
  return {
    accounts: accounts.map(({ clients: { access }, profile }) => ({ id: access.id, region: access.region, profile })),
    network: networkFacts(networks),
    ecs: clusters.flat(),
    mesh,
  };
}

import type { AwsClients } from '@meshbed/clients/aws';
import type { AzureClient } from '@meshbed/clients/azure';
import type { KubeClient } from '@meshbed/clients/kube';
import type { Istioctl } from '@meshbed/clients/istioctl';
import type { Progress } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import type { AccountName } from '../scenario/types.ts';

/** Everything that a run can leave behind, in the order in which people read it; each has a row in `kinds`. */
export const kindIds = [
  'kubernetes-load-balancer',
  'kubernetes-object',
  'istio',
  'ecs-service',
  'ecs-cluster',
  'task-definition',
  'log-group',
  'load-balancer',
  'target-group',
  'pod-identity-association',
  'node-group',
  'oidc-provider',
  'eks-cluster',
  'peering-route',
  'peering',
  'nat-gateway',
  'elastic-ip',
  'network-interface',
  'network-rule',
  'security-group',
  'route-table',
  'internet-gateway',
  'subnet',
  'vpc',
  'role',
  'policy',
  'aks-cluster',
  'node-resource-group',
  'resource-group',
] as const;

export type KindId = (typeof kindIds)[number];

/** An AWS account, or the Azure subscription. */
export type AccountOrSubscription = AccountName | 'azure';

/** One account or subscription, and what of it cleanup works with. */
export interface Place {
  account: AccountOrSubscription;
  accountId: string;
  profile: string;
  /** In the subscription: the account of the same environment. */
  aws: AwsClients;
  /** In the subscription only. */
  azure?: AzureClient;
  configuration: Configuration;
  /** undefined when no cluster of ours answers. */
  kube: () => Promise<KubeClient | undefined>;
  istioctl: () => Promise<Istioctl>;
}

/** Where to look, and what is known before. */
export interface Search extends Place {
  /** Ids and ARNs that journals say were created and not deleted. */
  journaled: readonly string[];
  /** Ids of our VPCs in this account. */
  vpcs: () => Promise<readonly string[]>;
}

/** Why something counts as ours. */
export type Evidence = 'tag' | 'name' | 'place' | 'journal';

/** Something of ours, as one kind found it. */
export interface Sighting {
  /** What AWS's commands take. */
  id: string;
  /** As people know it; may equal the id. */
  name: string;
  evidence: Evidence;
  /** Belongs to the EKS cluster and its network: goes only when that is asked for. */
  eks: boolean;
  /** What it is in: the cluster of a service. */
  within?: string;
}

export interface Found extends Sighting {
  kind: KindId;
  account: AccountOrSubscription;
  accountId: string;
}

export const gone = 'gone';

export interface Kind {
  /** As people call it: `VPC`, `ECS service`. */
  title: string;
  /** Default: AWS. */
  cloud?: 'azure' | 'both';
  /** What has to be gone before: these block its deletion or need it for their own. */
  after: readonly KindId[];
  /** Looks at reality; the journal only adds ids to look for. */
  find(search: Search): Promise<Sighting[]>;
  /** Takes the next step of its deletion; asked again until nothing of it is left. Not being there is no error. */
  remove(place: Place, found: Found): Promise<Progress<typeof gone>>;
  /** By hand; for AWS without `aws` and `--profile`, for Azure without `--subscription`. */
  command(found: Found): string;
  /** How long AWS may take. */
  timeoutMs: number;
  /** Goes along with others and is not worth a line, unless it stays. */
  incidental?: boolean;
  /** Goes with the EKS cluster and its network: deleted on its own only when those stay. */
  inCluster?: boolean;
}

/** What became of something that was to be deleted. `leaving`: asked for, and nobody waited for the end. */
export type Fate = { state: 'gone' } | { state: 'leaving'; reason: string } | { state: 'left'; reason: string };

/** Something of ours that is still there, and how to delete it by hand. */
export interface Left extends Pick<Found, 'id' | 'name' | 'account' | 'accountId'> {
  /** `VPC` */
  title: string;
  reason: string;
  command: string;
}

/** Where cleanup could not look. */
export interface Unseen {
  kind: KindId;
  account: AccountOrSubscription;
  reason: string;
}

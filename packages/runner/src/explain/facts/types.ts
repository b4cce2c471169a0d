/** What the APIs of the clouds and of Kubernetes say, in the words of explain. Plain data: tests write it down. */
import type { PolicyDocument } from '@meshbed/policy/iam';
import type { NetworkInterface, NetworkState, Owned } from '@meshbed/policy/network';
import type { AuthorizationPolicyObject, PeerAuthenticationObject } from '@meshbed/policy/istio';
import type * as kube from './objects.ts';

export interface Facts {
  accounts: readonly Account[];
  network: NetworkFacts;
  ecs: readonly EcsCluster[];
  mesh: MeshFacts;
  /** Read when a question needs it. */
  discovery?: DiscoveryFacts;
}

export interface DiscoveryFacts {
  /** Of istiod's service account; undefined without one. */
  association?: { id: string; roleArn: string; changedAtMs: number; sessionTags: boolean };
  /** By ARN: that of istiod, and those that it is to assume. */
  roles: ReadonlyMap<string, RoleFacts>;
}

export type RoleFacts =
  | { state: 'missing' | 'unread'; arn: string; account: string }
  | {
      state: 'found';
      arn: string;
      account: string;
      name: string;
      /** `AROA…` */
      id: string;
      trust: PolicyDocument;
      policies: readonly PolicyDocument[];
    };

export interface Account {
  id: string;
  /** AWS profile, for the commands that are suggested. */
  profile: string;
  region: string;
}

export interface Vpc extends Owned {
  cidr: string;
}

export interface Interface extends NetworkInterface {
  /** Those of load balancers say of which. */
  description: string;
}

export interface NetworkFacts extends NetworkState {
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly interfaces: ReadonlyMap<string, Interface>;
  /** Security group → its VPC. */
  readonly groupVpcs: ReadonlyMap<string, string>;
}

export interface EcsCluster {
  /** Account id. */
  account: string;
  name: string;
  arn: string;
  /** Carries the tag that istiod looks for. */
  discoverable: boolean;
  services: readonly EcsService[];
}

export interface EcsService {
  account: string;
  cluster: string;
  name: string;
  arn: string;
  tags: Readonly<Record<string, string>>;
  /** Of its present task definition. */
  definition: TaskDefinitionFacts | undefined;
  desiredCount: number;
  tasks: readonly EcsTask[];
}

export interface TaskDefinitionFacts {
  arn: string;
  taskRoleArn: string | undefined;
  hasSidecar: boolean;
  /** Where the sidecar looks for istiod, `host:port`. */
  istiodAddress?: string;
}

export interface EcsTask {
  id: string;
  arn: string;
  /** `RUNNING`, `PENDING`, … */
  status: string;
  ip: string | undefined;
  eniId: string | undefined;
  definitionArn: string;
  /** Of its ztunnel container: `HEALTHY`, `UNHEALTHY`, `UNKNOWN`; undefined without one. */
  ztunnel: string | undefined;
}

export interface MeshFacts {
  /** Account of the cluster: where its objects live. */
  account: string;
  /** Name of the EKS cluster. */
  cluster: string;
  /** Whether istiod's configuration is there. */
  installed: boolean;
  trustDomain: string;
  rootNamespace: string;
  /** What istiod is configured to discover ECS in. */
  ecsAccounts: readonly DiscoveredAccount[];
  namespaces: readonly kube.Namespace[];
  services: readonly kube.Service[];
  serviceEntries: readonly kube.ServiceEntry[];
  workloadEntries: readonly kube.WorkloadEntry[];
  pods: readonly kube.Pod[];
  serviceAccounts: readonly kube.ServiceAccount[];
  policies: readonly AuthorizationPolicyObject[];
  peerAuthentications: readonly PeerAuthenticationObject[];
}

export interface DiscoveredAccount {
  /** Undefined: istiod's own role. */
  roleArn: string | undefined;
  /** Last part of the host names. */
  domain: string;
}

import type { StepId } from '../steps/types.ts';

/** A scenario as data: what exists, in which order it may be made, and what must hold afterwards. */
export interface Scenario {
  number: number;
  title: string;
  /** Part n is `parts[n - 1]`. */
  parts: readonly string[];
  /** The Kubernetes clusters, each with a control plane of the mesh. */
  kubernetes: readonly KubernetesName[];
  ecsClusters: readonly EcsClusterFacts[];
  /** Whose policies the exercises set. */
  guarded: Place;
  steps: readonly ScenarioStep[];
  /** The policies that the exercises use, all in the namespace of the guarded place. */
  policies: readonly PolicyFacts[];
  exercises: readonly Exercise[];
  tests: readonly TestCase[];
}

export type KubernetesName = 'eks' | 'aks';

export type AccountName = 'local' | 'external';

export interface EcsClusterFacts {
  number: number;
  account: AccountName;
  /** Mesh domain of its hosts. */
  domain: string;
  serviceAccount: string;
}

export interface ScenarioStep {
  id: StepId;
  description: string;
  part: number;
  /** Steps, or milestones of steps (`eks_cluster.network`), that must be reached first. */
  needs: readonly string[];
  /** The same, for parts of the step: the others go ahead. */
  awaits?: readonly string[];
}

/** A workload that calls or answers: in a Kubernetes cluster, or the ECS cluster with a number. */
export type Place = KubernetesName | { ecs: number };

/** An AuthorizationPolicy, in the terms of the topology. Without callers it has no rules, and so matches nothing. */
export interface PolicyFacts {
  name: PolicyName;
  action: 'ALLOW' | 'DENY';
  /** Where the connections come from that it matches. */
  callers: readonly Place[];
  /** Only connections to this port. */
  port?: number;
}

export type PolicyName = string;

/** A state of the policies, and who must reach the guarded cluster in it. */
export interface Exercise {
  /** Begins the ids of its tests. */
  id: string;
  title: string;
  /** All policies in force. */
  policies: readonly PolicyName[];
  /** The callers whose tests are counted. */
  callers: readonly ExpectedCaller[];
}

export interface ExpectedCaller {
  from: Place;
  expected: 'allowed' | 'denied';
}

export type TestCase = DiscoveryTest | ConnectivityTest | AuthorizationTest;

export type Category = TestCase['category'];

interface Named {
  id: string;
  name: string;
}

export interface DiscoveryTest extends Named {
  category: 'discovery';
  counts: 'services' | 'hbone-workloads' | 'service-entries';
  /** Whose proxies are asked; default: EKS'. */
  seenFrom?: KubernetesName;
  atLeast: number;
}

export interface ConnectivityTest extends Named {
  category: 'connectivity';
  from: Place;
  to: Place;
}

export interface AuthorizationTest extends Named {
  category: 'authorization';
  /** Id of the exercise that sets the policies. */
  exercise: string;
  from: Place;
  to: Place;
  expected: 'allowed' | 'denied';
}

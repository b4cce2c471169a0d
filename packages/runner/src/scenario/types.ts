import type { StepId } from '../steps/types.ts';

/** A scenario as data: what exists, in which order it may be made, and what must hold afterwards. */
export interface Scenario {
  number: number;
  title: string;
  /** Part n is `parts[n - 1]`. */
  parts: readonly string[];
  ecsClusters: readonly EcsClusterFacts[];
  steps: readonly ScenarioStep[];
  tests: readonly TestCase[];
}

export interface EcsClusterFacts {
  number: number;
  account: 'local' | 'external';
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
}

/** A workload that calls or answers: EKS, or the ECS cluster with a number. */
export type Place = 'eks' | { ecs: number };

export type TestCase = DiscoveryTest | ConnectivityTest | AuthorizationTest;

export type Category = TestCase['category'];

interface Named {
  id: string;
  name: string;
}

export interface DiscoveryTest extends Named {
  category: 'discovery';
  counts: 'services' | 'hbone-workloads' | 'service-entries';
  atLeast: number;
}

export interface ConnectivityTest extends Named {
  category: 'connectivity';
  from: Place;
  to: Place;
}

export interface AuthorizationTest extends Named {
  category: 'authorization';
  from: Place;
  to: Place;
  /** Names of the policies in force in the namespace of the destination. */
  policies: readonly PolicyName[];
  expected: 'allowed' | 'denied';
  /** For a denial: a place that no policy closes, to show that the caller works. */
  control?: Place;
}

export type PolicyName = 'deny-all' | 'allow-eks-to-echo';

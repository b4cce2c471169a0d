import type { Progress } from '@meshbed/core';
import type { Gates } from '../graph/graph.ts';
import type { RunContext } from '../run/context.ts';

export const stepIds = [
  'sso_login',
  'cloud_login',
  'eks_cluster',
  'aks_cluster',
  'gateway_api_crds',
  'infrastructure_iam',
  'create_certs',
  'install_ca_secrets',
  'istio_install',
  'eastwest_gateway',
  'network_label',
  'istio_verify',
  'istio_eks',
  'istio_aks',
  'connect_clusters',
  'ecs_clusters',
  'k8s_namespaces',
  'add_to_mesh',
  'deploy_aks_workloads',
  'prepare_tests',
] as const;

export type StepId = (typeof stepIds)[number];

/** Something that has to exist. `find` always asks the cloud; the journal is never believed. */
export interface Resource<T> {
  /** As people call it: `VPC`, `IAM role`. */
  kind: string;
  name: string;
  find: () => Promise<T | undefined>;
  create: () => Promise<T>;
  /** In which way what was found isn't what is wanted; undefined when it is. */
  differs?: (found: T) => string | undefined;
  /** Required when `differs` can say something. */
  update?: (found: T) => Promise<T>;
}

export interface Wait<T> {
  /** What is awaited, for people. */
  what: string;
  condition: () => Promise<Progress<T>>;
  timeoutMs: number;
  /** What to run when time is over. */
  next?: string;
}

/** A run with what a step has to do with the other steps. */
export interface StepRun extends RunContext, Gates {
  /** Tells the version of something as it really is; unchanged steps do too. */
  observe: (component: string, version: string | undefined) => void;
}

/** What a step is written with. The same body checks and applies, so that the two can't drift apart. */
export interface StepContext extends StepRun {
  /** Applying: finds it or makes it. Checking: finds it or ends the check. */
  ensure<T>(resource: Resource<T>): Promise<T>;
  /** Applying: asks until it is ready. Checking: asks once. */
  wait<T>(wait: Wait<T>): Promise<T>;
  /** Shows what the step is doing or waiting for. */
  report: (reason: string) => void;
}

export type Checked = { state: 'present' } | { state: 'absent'; reason: string };

export interface Step {
  /** Whether everything is already there, by looking at reality. Changes nothing. */
  check(run: StepRun): Promise<Checked>;
  /** Makes what is missing. Running it again changes nothing. */
  apply(context: StepContext): Promise<void>;
}

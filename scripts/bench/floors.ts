// What the steps of scenarios 1 to 3 can't do without: the state transitions of AWS on the way through each, as data.
import { stages } from '@meshbed/aws-server';
import type { Stage } from '@meshbed/core';
import { type Activity, type CriticalPath, criticalPath, type Scenario, type StepId } from '@meshbed/runner';

interface Phase {
  /** Phases of the same step; or what the step awaits of others: `step` or `step.phase`. */
  after?: readonly string[];
  /** `kind/state` of the table of transitions, one after the other. */
  stages: readonly string[];
}

const task = ['ecs-task/PROVISIONING', 'ecs-task/PENDING', 'ecs-task/ACTIVATING', 'ecs-exec-agent/PENDING'];

/** A phase with the name of a milestone ends where the milestone is reached. */
const phases: Record<StepId, Record<string, Phase>> = {
  sso_login: {},
  cloud_login: {},
  aks_cluster: {},
  eks_cluster: {
    network: { stages: ['vpc/pending', 'subnet/pending'] },
    role: { stages: ['iam-role/saved'] },
    'control-plane': { after: ['network', 'role'], stages: ['eks-cluster/CREATING'] },
    'way out': { after: ['network'], stages: ['nat-gateway/pending'] },
    nodes: { after: ['control-plane', 'way out'], stages: ['eks-nodegroup/CREATING'] },
    coredns: { after: ['nodes'], stages: ['eks-addon/CREATING'] },
  },
  gateway_api_crds: {},
  infrastructure_iam: {
    roles: { stages: ['iam-role/saved'] },
    'external-vpc': { stages: ['vpc/pending'] },
    'external-network': { after: ['external-vpc'], stages: ['subnet/pending', 'nat-gateway/pending'] },
    peering: {
      after: ['external-vpc', 'eks_cluster.network'],
      stages: ['vpc-peering/initiating-request', 'vpc-peering/provisioning'],
    },
    'security groups': { after: ['eks_cluster.control-plane'], stages: [] },
  },
  istio_install: { pods: { stages: ['pod-image/pulling', 'pod-image/pulling'] } },
  eastwest_gateway: { address: { stages: ['load-balancer/provisioning'] } },
  network_label: {},
  istio_verify: {},
  create_certs: {},
  install_ca_secrets: {},
  istio_eks: {
    pods: { stages: ['pod-image/pulling', 'pod-image/pulling'] },
    address: { after: ['pods'], stages: ['load-balancer/provisioning'] },
  },
  istio_aks: { pods: { stages: ['pod-image/pulling', 'pod-image/pulling'] } },
  connect_clusters: {},
  deploy_aks_workloads: { pods: { stages: ['pod-image/pulling'] } },
  ecs_clusters: { tasks: { after: ['infrastructure_iam.roles', 'eks_cluster.network'], stages: task } },
  k8s_namespaces: {},
  add_to_mesh: { tasks: { stages: task } },
  prepare_tests: {
    pods: { stages: ['pod-image/pulling'] },
    discovery: { after: ['add_to_mesh'], stages: [] },
  },
};

/** How long a transition takes: its typical duration, or one of the ends of its range. */
export type Duration = (stage: Stage) => number;

/** No way through the scenario is faster, whatever the runner does: calls, polls and its own work are left out. */
export function lowerBound({ steps }: Scenario, duration: Duration): CriticalPath {
  return criticalPath(steps.flatMap(({ id, needs }) => activitiesOf(id, needs, duration)));
}

function activitiesOf(step: StepId, needs: readonly string[], duration: Duration): Activity[] {
  const own = Object.entries(phases[step]);
  const nameOf = (need: string) => (need in phases[step] ? `${step}.${need}` : need);
  const parts = own.map(([name, { after = [], stages: chain }]) => ({
    id: `${step}.${name}`,
    needs: [...needs, ...after.map(nameOf)],
    ms: chain.reduce((sum, stage) => sum + duration(stageNamed(stage)), 0),
  }));
  return [...parts, { id: step, needs: [...needs, ...parts.map(({ id }) => id)], ms: 0 }];
}

function stageNamed(name: string): Stage {
  const [kind = '', state = ''] = name.split('/');
  const stage = stages[kind]?.[state];
  if (!stage) throw new Error(`the table of transitions has no ${name}`);
  return stage;
}

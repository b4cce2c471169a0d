import type { Stage, Stages } from '@meshbed/core';
import type { Scenario } from '../scenario/types.ts';
import type { StepId } from '../steps/types.ts';

/** Of a stage, what is looked for: the typical duration, or an end of its range. */
export type Estimate = (stage: Stage) => number;

type Wait = readonly [kind: string, state: string, times?: number];

/** A part of a step: begins after what it needs, then waits for these. */
interface Phase {
  after?: readonly string[];
  waits?: readonly Wait[];
  /** Calls to AWS and to Kubernetes, one after the other. */
  calls?: number;
  kubernetesCalls?: number;
  /** What others may go on with then. */
  reach?: string;
}

/** What a step does one thing after the other; a step has one or more of these at the same time. */
type Track = readonly Phase[];

const task: readonly Wait[] = [
  ['ecs-task', 'PROVISIONING'],
  ['ecs-task', 'PENDING'],
  ['ecs-task', 'ACTIVATING'],
];

/** What each step waits for. The numbers of calls are those of the modelled run that the benchmark measures. */
const tracks: Partial<Record<StepId, readonly Track[]>> = {
  sso_login: [[{ calls: 2 }]],
  eks_cluster: [
    [
      {
        waits: [
          ['vpc', 'pending'],
          ['subnet', 'pending'],
        ],
        calls: 10,
        reach: 'network',
      },
      {
        waits: [
          ['iam-role', 'saved'],
          ['eks-cluster', 'CREATING'],
        ],
        calls: 3,
        reach: 'control-plane',
      },
      {
        waits: [
          ['eks-nodegroup', 'CREATING'],
          ['eks-addon', 'CREATING'],
        ],
        calls: 30,
      },
    ],
    [{ after: ['eks_cluster.network'], waits: [['nat-gateway', 'pending']], calls: 3 }],
  ],
  infrastructure_iam: [
    [{ waits: [['iam-role', 'saved']], calls: 8, reach: 'roles' }],
    [{ after: ['eks_cluster.control-plane'], calls: 3 }],
  ],
  gateway_api_crds: [[{ kubernetesCalls: 16 }]],
  k8s_namespaces: [[{ kubernetesCalls: 16 }]],
  istio_install: [[{ waits: [['pod-image', 'pulling', 4]], calls: 18 }]],
  network_label: [[{ kubernetesCalls: 2 }]],
  eastwest_gateway: [[{ waits: [['load-balancer', 'provisioning']], calls: 8 }]],
  istio_verify: [[{ calls: 3 }]],
  ecs_clusters: [[{ after: ['infrastructure_iam.roles', 'eks_cluster.network'], waits: task, calls: 32 }]],
  add_to_mesh: [[{ waits: [...task, ['ecs-deployment', 'IN_PROGRESS']] }]],
  prepare_tests: [[{ after: ['add_to_mesh'], calls: 1 }]],
};

/** In addition when a scenario spans two accounts. */
const acrossAccounts: typeof tracks = {
  infrastructure_iam: [
    [
      {
        waits: [
          ['vpc', 'pending'],
          ['subnet', 'pending'],
          ['nat-gateway', 'pending'],
        ],
        calls: 32,
        reach: 'external-network',
      },
    ],
  ],
  ecs_clusters: [[{ after: ['infrastructure_iam.external-network'], waits: task, calls: 32 }]],
};

const perTestMs = 800;

export interface StepTimes {
  startMs: number;
  endMs: number;
}

export interface Schedule {
  steps: ReadonlyMap<string, StepTimes>;
  testsMs: number;
  totalMs: number;
}

export interface Scheduling {
  stages: Stages;
  chosen: ReadonlySet<string>;
  /** Whether tests follow. */
  tests: boolean;
  estimate: Estimate;
}

/** When each chosen step begins and ends, each as soon as what it needs is there. Steps that are left out take no time. */
export function scheduleOf(scenario: Scenario, { stages, chosen, tests, estimate }: Scheduling): Schedule {
  const spans = scenario.ecsClusters.some(({ account }) => account === 'external');
  const durationOf = ([kind, state, times = 1]: Wait) =>
    times * (stages[kind]?.[state] ? estimate(stages[kind][state]) : 0);
  const call = durationOf(['aws-call', 'sent']);
  const kubernetesCall = durationOf(['kubernetes-call', 'sent']);
  const reached = new Map<string, number>();
  const at = (need: string) => reached.get(need) ?? 0;
  const steps = new Map<string, StepTimes>();
  for (const { id, needs } of inOrder(scenario)) {
    const startMs = Math.max(0, ...needs.map(at));
    const own = chosen.has(id) ? [...(tracks[id] ?? []), ...((spans && acrossAccounts[id]) || [])] : [];
    let endMs = startMs;
    for (const track of own) {
      let nowMs = startMs;
      for (const { after = [], waits = [], calls = 0, kubernetesCalls = 0, reach } of track) {
        nowMs = Math.max(nowMs, ...after.map(at));
        nowMs += waits.reduce((sum, wait) => sum + durationOf(wait), calls * call + kubernetesCalls * kubernetesCall);
        if (reach !== undefined) reached.set(`${id}.${reach}`, nowMs);
      }
      endMs = Math.max(endMs, nowMs);
    }
    reached.set(id, endMs);
    if (chosen.has(id)) steps.set(id, { startMs, endMs });
  }
  const testsMs = tests ? scenario.tests.length * perTestMs : 0;
  return { steps, testsMs, totalMs: Math.max(0, ...reached.values()) + testsMs };
}

/** Those that something depends on before what depends on it, milestones included. */
function inOrder({ steps }: Scenario): Scenario['steps'][number][] {
  const done = new Set<string>();
  const ordered: Scenario['steps'][number][] = [];
  const stepOf = (need: string) => need.split('.')[0] ?? need;
  const visit = (step: Scenario['steps'][number]) => {
    if (done.has(step.id)) return;
    done.add(step.id);
    for (const need of [...step.needs, ...(step.awaits ?? [])]) {
      const needed = steps.find(({ id }) => id === stepOf(need));
      if (needed) visit(needed);
    }
    ordered.push(step);
  };
  for (const step of steps) visit(step);
  return ordered;
}

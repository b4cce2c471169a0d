import type { DaemonSet, Deployment, PodTemplate, ReplicaSet } from '../objects/index.ts';
import { formatSelector } from '../selectors/index.ts';
import { ageOf } from './age.ts';
import { type Column, columnsOf } from './column.ts';

type Workload = Deployment | ReplicaSet | DaemonSet;

const containers = (template: PodTemplate, field: 'name' | 'image') =>
  template.spec.containers.map((container) => container[field]).join(',');

const { text, wide } = columnsOf<Workload>();

const age = text('Age', ({ metadata }, nowMs) => ageOf(metadata.creationTimestamp, nowMs));
const details = [
  wide('Containers', ({ spec }) => containers(spec.template, 'name')),
  wide('Images', ({ spec }) => containers(spec.template, 'image')),
  wide('Selector', ({ spec }) => formatSelector(spec.selector)),
];

const deployment = columnsOf<Deployment>();

export const deploymentColumns: readonly Column<Deployment>[] = [
  deployment.text('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas}`),
  deployment.number('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0),
  deployment.number('Available', ({ status }) => status?.availableReplicas ?? 0),
  age,
  ...details,
];

const replicaSet = columnsOf<ReplicaSet>();

export const replicaSetColumns: readonly Column<ReplicaSet>[] = [
  replicaSet.number('Desired', ({ spec }) => spec.replicas),
  replicaSet.number('Current', ({ status }) => status?.replicas ?? 0),
  replicaSet.number('Ready', ({ status }) => status?.readyReplicas ?? 0),
  age,
  ...details,
];

const daemonSet = columnsOf<DaemonSet>();

export const daemonSetColumns: readonly Column<DaemonSet>[] = [
  daemonSet.number('Desired', ({ status }) => status?.desiredNumberScheduled ?? 0),
  daemonSet.number('Current', ({ status }) => status?.currentNumberScheduled ?? 0),
  daemonSet.number('Ready', ({ status }) => status?.numberReady ?? 0),
  daemonSet.number('Up-to-date', ({ status }) => status?.updatedNumberScheduled ?? 0),
  daemonSet.number('Available', ({ status }) => status?.numberAvailable ?? 0),
  daemonSet.text(
    'Node Selector',
    ({ spec }) => formatSelector({ matchLabels: spec.template.spec.nodeSelector ?? {} }) || '<none>',
  ),
  age,
  ...details,
];

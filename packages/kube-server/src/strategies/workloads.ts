import type { DaemonSet, Deployment, KubeObject, LabelSelector, ReplicaSet } from '../objects/index.ts';
import { matchesSelector } from '../selectors/index.ts';
import { ApiError } from '../store/errors.ts';
import { type FieldProblem, sameJson, type Strategy } from '../store/index.ts';
import { defaultPodSpec } from './pod-defaults.ts';
import { podSpecProblems } from './pod-validation.ts';
import { invalidValue, notSupported, required } from './problems.ts';

type Workload = Deployment | ReplicaSet | DaemonSet;

export const deploymentStrategy: Strategy = {
  defaults(object) {
    const { spec } = object as Deployment;
    if (!spec) return;
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    spec.strategy = { type: 'RollingUpdate', ...spec.strategy };
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...spec.strategy.rollingUpdate };
    }
    defaultTemplate(spec);
  },
  prepareForCreate: clearStatus,
  validate: (object, old) => [...workloadProblems(object, old), ...updateStrategyProblems(object as Deployment)],
};

export const replicaSetStrategy: Strategy = {
  defaults(object) {
    const { spec } = object as ReplicaSet;
    if (!spec) return;
    spec.replicas ??= 1;
    defaultTemplate(spec);
  },
  prepareForCreate(object) {
    (object as ReplicaSet).status = { replicas: 0 };
  },
  validate: workloadProblems,
};

export const daemonSetStrategy: Strategy = {
  defaults(object) {
    const { spec } = object as DaemonSet;
    if (!spec) return;
    spec.revisionHistoryLimit ??= 10;
    spec.updateStrategy ??= { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } };
    defaultTemplate(spec);
  },
  prepareForCreate(object) {
    (object as DaemonSet).status = {
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
    };
  },
  validate: workloadProblems,
};

/** Kinds that are listed, but whose objects nothing would act on. */
export const unsupportedStrategy = (why: string): Strategy => ({
  prepareForCreate({ kind, metadata }) {
    throw new ApiError('NotImplemented', `this API server can't create ${kind} "${metadata.name}": ${why}`);
  },
});

function clearStatus(object: KubeObject): void {
  object['status'] = {};
}

function defaultTemplate({ template }: { template?: Workload['spec']['template'] }): void {
  if (template?.spec) defaultPodSpec(template.spec);
}

function workloadProblems(object: KubeObject, old?: KubeObject): FieldProblem[] {
  const { spec } = object as Workload;
  if (!spec) return [required('spec.selector'), required('spec.template.spec.containers')];
  return [
    ...replicaProblems(spec),
    ...selectorProblems(spec, (old as Workload | undefined)?.spec.selector),
    ...podSpecProblems(spec.template?.spec, 'spec.template.spec'),
    ...restartPolicyProblems(spec.template?.spec?.restartPolicy),
  ];
}

function replicaProblems(spec: object): FieldProblem[] {
  const { replicas } = spec as { replicas?: number };
  if (replicas === undefined || replicas >= 0) return [];
  return [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')];
}

function selectorProblems({ selector, template }: Workload['spec'], old: LabelSelector | undefined): FieldProblem[] {
  if (!selector) return [required('spec.selector')];
  if (old && !sameJson(old, selector)) return [invalidGo('spec.selector', goSelector(selector), 'field is immutable')];
  if (Object.keys(selector).length === 0) {
    return [invalidGo('spec.selector', goSelector(selector), 'empty selector is invalid for deployment')];
  }
  const labels = template?.metadata?.labels;
  if (matchesSelector(selector, labels)) return [];
  return [invalidGo('spec.template.metadata.labels', goMap(labels), '`selector` does not match template `labels`')];
}

function restartPolicyProblems(policy = 'Always'): FieldProblem[] {
  return policy === 'Always' ? [] : [notSupported('spec.template.spec.restartPolicy', policy, ['Always'])];
}

const updateStrategies = ['Recreate', 'RollingUpdate'];

function updateStrategyProblems({ spec }: Deployment): FieldProblem[] {
  const type = spec?.strategy?.type ?? 'RollingUpdate';
  return updateStrategies.includes(type) ? [] : [notSupported('spec.strategy.type', type, updateStrategies)];
}

const invalidGo = (field: string, value: string, detail: string): FieldProblem => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${value}: ${detail}`,
});

/** Go's %#v, which is how the API server prints structures in these messages. */
function goMap(labels: Readonly<Record<string, string>> | undefined): string {
  if (!labels) return 'map[string]string(nil)';
  const pairs = Object.entries(labels).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `map[string]string{${pairs.join(', ')}}`;
}

const goSelector = ({ matchLabels }: LabelSelector) =>
  `v1.LabelSelector{MatchLabels:${goMap(matchLabels)}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}`;

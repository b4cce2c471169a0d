import { type KubeObject, type Pod, type PodSpec } from '../objects/index.ts';
import { copyJson, type FieldProblem, sameJson, type Strategy, type StrategyContext } from '../store/index.ts';
import { ApiError } from '../store/errors.ts';
import { defaultPodSpec } from './pod-defaults.ts';
import { podSpecProblems } from './pod-validation.ts';
import { forbiddenField } from './problems.ts';

/** Mutating admission after the built-in defaults. */
export type AdmitPod = (pod: Pod) => Pod;

export const podStrategy = (admit: AdmitPod | undefined): Strategy => ({
  defaults(object) {
    const { spec } = object as Pod;
    if (!spec) return;
    defaultPodSpec(spec);
    spec.enableServiceLinks ??= true;
    spec.priority ??= 0;
    spec.preemptionPolicy ??= 'PreemptLowerPriority';
    spec.serviceAccountName ??= 'default';
    spec.serviceAccount ??= spec.serviceAccountName;
  },
  prepareForCreate(object, context) {
    const pod = object as Pod;
    if (!pod.spec) return;
    checkServiceAccount(pod, context);
    if (admit) Object.assign(pod, copyJson(admit(copyJson(pod))));
    pod.status = { phase: 'Pending', qosClass: qualityOf(pod.spec) };
  },
  validate(object, old) {
    const { spec } = object as Pod;
    return [...podSpecProblems(spec, 'spec'), ...(old ? immutableProblems(spec, (old as Pod).spec) : [])];
  },
});

/** Namespaces get their `default` account a moment after they are made; a pod may be faster. */
function checkServiceAccount({ metadata, spec }: Pod, { store }: StrategyContext): void {
  const { serviceAccountName = 'default' } = spec;
  if (serviceAccountName === 'default') return;
  if (store.get('serviceaccounts', metadata.namespace, serviceAccountName)) return;
  const account = `${metadata.namespace}/${serviceAccountName}`;
  throw new ApiError(
    'Forbidden',
    `pods "${metadata.name}" is forbidden: error looking up service account ${account}: serviceaccount "${serviceAccountName}" not found`,
    { name: metadata.name, kind: 'pods' },
  );
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
function qualityOf({ containers, initContainers = [] }: PodSpec): string {
  const all = [...containers, ...initContainers].map(({ resources }) => resources ?? {});
  const isGuaranteed = all.every(
    ({ limits, requests }) => limits?.['cpu'] && limits['memory'] && sameJson(limits, { ...limits, ...requests }),
  );
  if (isGuaranteed) return 'Guaranteed';
  return all.some(({ limits, requests }) => limits ?? requests) ? 'Burstable' : 'BestEffort';
}

const immutableMessage =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function immutableProblems(spec: PodSpec, old: PodSpec): FieldProblem[] {
  return sameJson(fixedPart(spec, old), fixedPart(old, old)) ? [] : [forbiddenField('spec', immutableMessage)];
}

/** What must stay. The node is set once, by the scheduler. */
function fixedPart(spec: PodSpec, old: PodSpec): Partial<KubeObject> {
  const {
    activeDeadlineSeconds: _deadline,
    tolerations: _tolerations,
    terminationGracePeriodSeconds: _grace,
    nodeName,
    containers,
    initContainers = [],
    ...rest
  } = spec;
  const withoutImages = [...containers, ...initContainers].map(({ image: _image, ...container }) => container);
  return { ...rest, containers: withoutImages, ...(old.nodeName ? { nodeName } : {}) };
}

import { keyOf, type Resource, standardVerbs } from './resource.ts';

interface Row {
  group?: string;
  version?: string;
  kind: string;
  plural: string;
  clusterScoped?: true;
  short?: readonly string[];
  categories?: readonly string[];
  subresources?: readonly string[];
  verbs?: readonly string[];
  generation?: true;
}

const all = ['all'];
const reviewVerbs = ['create'];
const rbac = 'rbac.authorization.k8s.io';
const admission = 'admissionregistration.k8s.io';
const authentication = 'authentication.k8s.io';
const authorization = 'authorization.k8s.io';

const core: readonly Row[] = [
  { kind: 'Namespace', plural: 'namespaces', clusterScoped: true, short: ['ns'], subresources: ['finalize', 'status'] },
  { kind: 'Node', plural: 'nodes', clusterScoped: true, short: ['no'], subresources: ['status'] },
  {
    kind: 'Pod',
    plural: 'pods',
    short: ['po'],
    categories: all,
    subresources: ['attach', 'binding', 'eviction', 'exec', 'log', 'portforward', 'status'],
  },
  { kind: 'Service', plural: 'services', short: ['svc'], categories: all, subresources: ['status'] },
  { kind: 'Endpoints', plural: 'endpoints', short: ['ep'] },
  { kind: 'ServiceAccount', plural: 'serviceaccounts', short: ['sa'], subresources: ['token'] },
  { kind: 'ConfigMap', plural: 'configmaps', short: ['cm'] },
  { kind: 'Secret', plural: 'secrets' },
  { kind: 'Event', plural: 'events', short: ['ev'] },
  { kind: 'ResourceQuota', plural: 'resourcequotas', short: ['quota'], subresources: ['status'] },
  { kind: 'LimitRange', plural: 'limitranges', short: ['limits'] },
  {
    kind: 'PersistentVolume',
    plural: 'persistentvolumes',
    clusterScoped: true,
    short: ['pv'],
    subresources: ['status'],
  },
  { kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims', short: ['pvc'], subresources: ['status'] },
  {
    kind: 'ReplicationController',
    plural: 'replicationcontrollers',
    short: ['rc'],
    categories: all,
    subresources: ['scale', 'status'],
  },
];

const groups: readonly Row[] = [
  {
    group: 'apps',
    kind: 'Deployment',
    plural: 'deployments',
    short: ['deploy'],
    categories: all,
    subresources: ['scale', 'status'],
    generation: true,
  },
  {
    group: 'apps',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    short: ['rs'],
    categories: all,
    subresources: ['scale', 'status'],
    generation: true,
  },
  {
    group: 'apps',
    kind: 'DaemonSet',
    plural: 'daemonsets',
    short: ['ds'],
    categories: all,
    subresources: ['status'],
    generation: true,
  },
  {
    group: 'apps',
    kind: 'StatefulSet',
    plural: 'statefulsets',
    short: ['sts'],
    categories: all,
    subresources: ['scale', 'status'],
    generation: true,
  },
  { group: 'batch', kind: 'CronJob', plural: 'cronjobs', short: ['cj'], categories: all, subresources: ['status'] },
  { group: 'batch', kind: 'Job', plural: 'jobs', categories: all, subresources: ['status'] },
  { group: 'storage.k8s.io', kind: 'StorageClass', plural: 'storageclasses', clusterScoped: true, short: ['sc'] },
  {
    group: 'autoscaling',
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    short: ['hpa'],
    categories: all,
    subresources: ['status'],
  },
  {
    group: 'policy',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    short: ['pdb'],
    subresources: ['status'],
    generation: true,
  },
  { group: 'discovery.k8s.io', kind: 'EndpointSlice', plural: 'endpointslices', generation: true },
  { group: 'coordination.k8s.io', kind: 'Lease', plural: 'leases' },
  {
    group: 'networking.k8s.io',
    kind: 'Ingress',
    plural: 'ingresses',
    short: ['ing'],
    subresources: ['status'],
    generation: true,
  },
  { group: 'networking.k8s.io', kind: 'IngressClass', plural: 'ingressclasses', clusterScoped: true, generation: true },
  { group: 'networking.k8s.io', kind: 'NetworkPolicy', plural: 'networkpolicies', short: ['netpol'], generation: true },
  { group: rbac, kind: 'Role', plural: 'roles' },
  { group: rbac, kind: 'RoleBinding', plural: 'rolebindings' },
  { group: rbac, kind: 'ClusterRole', plural: 'clusterroles', clusterScoped: true },
  { group: rbac, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', clusterScoped: true },
  {
    group: admission,
    kind: 'MutatingWebhookConfiguration',
    plural: 'mutatingwebhookconfigurations',
    clusterScoped: true,
    categories: ['api-extensions'],
    generation: true,
  },
  {
    group: admission,
    kind: 'ValidatingWebhookConfiguration',
    plural: 'validatingwebhookconfigurations',
    clusterScoped: true,
    categories: ['api-extensions'],
    generation: true,
  },
  {
    group: admission,
    kind: 'ValidatingAdmissionPolicy',
    plural: 'validatingadmissionpolicies',
    clusterScoped: true,
    categories: ['api-extensions'],
    subresources: ['status'],
    generation: true,
  },
  {
    group: admission,
    kind: 'ValidatingAdmissionPolicyBinding',
    plural: 'validatingadmissionpolicybindings',
    clusterScoped: true,
    categories: ['api-extensions'],
    generation: true,
  },
  {
    group: 'apiextensions.k8s.io',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    clusterScoped: true,
    short: ['crd', 'crds'],
    categories: ['api-extensions'],
    subresources: ['status'],
    generation: true,
  },
  { group: 'scheduling.k8s.io', kind: 'PriorityClass', plural: 'priorityclasses', clusterScoped: true, short: ['pc'] },
];

const reviews: readonly Row[] = [
  { group: authentication, kind: 'TokenReview', plural: 'tokenreviews', clusterScoped: true, verbs: reviewVerbs },
  {
    group: authentication,
    kind: 'SelfSubjectReview',
    plural: 'selfsubjectreviews',
    clusterScoped: true,
    verbs: reviewVerbs,
  },
  {
    group: authorization,
    kind: 'SubjectAccessReview',
    plural: 'subjectaccessreviews',
    clusterScoped: true,
    verbs: reviewVerbs,
  },
  { group: authorization, kind: 'LocalSubjectAccessReview', plural: 'localsubjectaccessreviews', verbs: reviewVerbs },
  {
    group: authorization,
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
    clusterScoped: true,
    verbs: reviewVerbs,
  },
  {
    group: authorization,
    kind: 'SelfSubjectRulesReview',
    plural: 'selfsubjectrulesreviews',
    clusterScoped: true,
    verbs: reviewVerbs,
  },
];

/** Kinds that every cluster serves. */
export const builtins: readonly Resource[] = [...core, ...groups, ...reviews].map(resource);

function resource(row: Row): Resource {
  const group = row.group ?? '';
  return {
    key: keyOf(group, row.plural),
    group,
    versions: [row.version ?? 'v1'],
    kind: row.kind,
    listKind: `${row.kind}List`,
    plural: row.plural,
    singular: row.kind.toLowerCase(),
    shortNames: row.short ?? [],
    categories: row.categories ?? [],
    namespaced: !row.clusterScoped,
    subresources: row.subresources ?? [],
    verbs: row.verbs ?? standardVerbs,
    hasGeneration: row.generation ?? false,
  };
}

import type { Registry } from '../registry/index.ts';
import type { Strategies, Strategy } from '../store/index.ts';
import { autoscalerStrategy, webhookStrategy } from './admission.ts';
import { configMapStrategy, namespaceStrategy, secretStrategy } from './cluster.ts';
import { customStrategy, definitionStrategy } from './definitions.ts';
import { metadataProblems } from './names.ts';
import { type AdmitPod, podStrategy } from './pod.ts';
import { roleBindingStrategy, roleStrategy } from './rbac.ts';
import { defaultServiceNetwork, endpointsStrategy, endpointSliceStrategy, serviceStrategy } from './service.ts';
import { daemonSetStrategy, deploymentStrategy, replicaSetStrategy, unsupportedStrategy } from './workloads.ts';

export { definitionFinalizer } from './definitions.ts';
export type { AdmitPod } from './pod.ts';
export { defaultServiceNetwork } from './service.ts';

/** What is special about each built-in kind. */
const table = (serviceNetwork: string, admitPod: AdmitPod | undefined): Readonly<Record<string, Strategy>> => ({
  pods: podStrategy(admitPod),
  services: serviceStrategy(serviceNetwork),
  endpoints: endpointsStrategy,
  namespaces: namespaceStrategy,
  configmaps: configMapStrategy,
  secrets: secretStrategy,
  resourcequotas: unsupportedStrategy('nothing would enforce the quota'),
  limitranges: unsupportedStrategy('nothing would enforce the limits'),
  persistentvolumes: unsupportedStrategy('there are no disks'),
  persistentvolumeclaims: unsupportedStrategy('there are no disks; use an emptyDir volume'),
  replicationcontrollers: unsupportedStrategy('no controller would run its pods; use a Deployment'),
  'jobs.batch': unsupportedStrategy('no controller would run its pods; use a Pod with restartPolicy Never'),
  'cronjobs.batch': unsupportedStrategy('no controller would run its jobs'),
  'storageclasses.storage.k8s.io': unsupportedStrategy('there are no disks'),
  'deployments.apps': deploymentStrategy,
  'replicasets.apps': replicaSetStrategy,
  'daemonsets.apps': daemonSetStrategy,
  'statefulsets.apps': unsupportedStrategy('no controller would run its pods; use a Deployment'),
  'endpointslices.discovery.k8s.io': endpointSliceStrategy,
  'horizontalpodautoscalers.autoscaling': autoscalerStrategy,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhookStrategy(true),
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhookStrategy(false),
  'customresourcedefinitions.apiextensions.k8s.io': definitionStrategy,
  'roles.rbac.authorization.k8s.io': roleStrategy,
  'clusterroles.rbac.authorization.k8s.io': roleStrategy,
  'rolebindings.rbac.authorization.k8s.io': roleBindingStrategy,
  'clusterrolebindings.rbac.authorization.k8s.io': roleBindingStrategy,
});

/** Kinds that are stored and returned, and that nothing acts on; writers get the sentence as a warning. */
export const storedOnly: Readonly<Record<string, string>> = {
  'horizontalpodautoscalers.autoscaling': 'HorizontalPodAutoscalers are stored, but nothing scales by them here',
  'networkpolicies.networking.k8s.io': 'NetworkPolicies are stored, but not enforced here',
  'ingresses.networking.k8s.io': 'Ingresses are stored, but no ingress controller runs here',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': 'webhooks are stored, but not called here',
  'validatingwebhookconfigurations.admissionregistration.k8s.io': 'webhooks are stored, but not called here',
  'validatingadmissionpolicies.admissionregistration.k8s.io': 'admission policies are stored, but not evaluated here',
};

/** The strategies of one cluster. */
export function createStrategies(
  registry: Registry,
  admitPod?: AdmitPod,
  serviceNetwork: string = defaultServiceNetwork,
): Strategies {
  const strategies = table(serviceNetwork, admitPod);
  return (resource) => {
    const row = registry.byKey(resource);
    const special = row?.definition ? customStrategy(row) : (strategies[resource] ?? {});
    return {
      ...special,
      validate: (object, old) => [...metadataProblems(object), ...(special.validate?.(object, old) ?? [])],
    };
  };
}

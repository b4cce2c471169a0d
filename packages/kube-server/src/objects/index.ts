import type { ConfigMap, Event, Namespace, Node, Role, RoleBinding, Secret, ServiceAccount } from './cluster.ts';
import type { CustomResourceDefinition } from './custom.ts';
import type { KubeObject } from './metadata.ts';
import type { DaemonSet, Deployment, Pod, ReplicaSet } from './pod.ts';
import type { Endpoints, EndpointSlice, Service } from './service.ts';

export * from './cluster.ts';
export * from './custom.ts';
export * from './metadata.ts';
export * from './pod.ts';
export * from './service.ts';

/** Typed shapes by resource key; any other key gives a plain `KubeObject`. */
export interface KnownKinds {
  pods: Pod;
  services: Service;
  endpoints: Endpoints;
  namespaces: Namespace;
  nodes: Node;
  events: Event;
  serviceaccounts: ServiceAccount;
  configmaps: ConfigMap;
  secrets: Secret;
  'deployments.apps': Deployment;
  'replicasets.apps': ReplicaSet;
  'daemonsets.apps': DaemonSet;
  'endpointslices.discovery.k8s.io': EndpointSlice;
  'customresourcedefinitions.apiextensions.k8s.io': CustomResourceDefinition;
  'roles.rbac.authorization.k8s.io': Role;
  'clusterroles.rbac.authorization.k8s.io': Role;
  'rolebindings.rbac.authorization.k8s.io': RoleBinding;
  'clusterrolebindings.rbac.authorization.k8s.io': RoleBinding;
}

export type ObjectOf<Key extends string> = Key extends keyof KnownKinds ? KnownKinds[Key] : KubeObject;

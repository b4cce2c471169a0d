/** A reference from a dependent to its owner; garbage collection follows `uid`. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Which manager owns which fields, as server-side apply records it. */
export interface ManagedFields {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time?: string;
  fieldsType: 'FieldsV1';
  fieldsV1: FieldSet;
  subresource?: string;
}

/** A FieldsV1 tree: `f:name`, `k:{"key":value}`, `v:value` and `.` for the item itself. */
export interface FieldSet {
  [path: string]: FieldSet;
}

export interface ObjectMeta {
  name: string;
  generateName?: string;
  /** Absent for cluster-scoped kinds. */
  namespace?: string;
  uid: string;
  /** The cluster's counter at the last write, in decimal. */
  resourceVersion: string;
  /** Counts changes of the desired state; only kinds that have one. */
  generation?: number;
  /** RFC 3339, whole seconds. */
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFields[];
}

/** What every stored object has. Stored objects are frozen plain JSON: copy before changing. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** An object as a client or a controller submits it: the server fills in the rest of the metadata. */
export interface NewObject {
  apiVersion: string;
  kind: string;
  metadata: Partial<ObjectMeta>;
  [field: string]: unknown;
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: string[] }[];
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastProbeTime?: string | null;
  lastUpdateTime?: string;
  observedGeneration?: number;
}

/** `8080`, `"http"` or `"25%"`. */
export type IntOrString = number | string;

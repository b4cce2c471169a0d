/** Kubernetes objects, with the fields that decide about a connection. */

export type Labels = Readonly<Record<string, string>>;

export interface KubeObject {
  metadata: {
    name: string;
    namespace?: string;
    labels?: Labels;
    annotations?: Labels;
    creationTimestamp?: string;
    ownerReferences?: readonly { kind: string; name: string; controller?: boolean }[];
  };
}

export type Namespace = KubeObject;
export type ServiceAccount = KubeObject;

export interface ConfigMap extends KubeObject {
  data?: Labels;
}

export interface Service extends KubeObject {
  spec: {
    type?: string;
    clusterIP?: string;
    selector?: Labels;
    ports?: readonly { name?: string; port: number; targetPort?: number | string; protocol?: string }[];
  };
}

export interface ServiceEntry extends KubeObject {
  spec: {
    hosts: readonly string[];
    addresses?: readonly string[];
    resolution?: string;
    ports?: readonly { number: number; name: string; targetPort?: number }[];
    workloadSelector?: { labels?: Labels };
  };
  status?: { addresses?: readonly { value: string; host?: string }[] };
}

export interface WorkloadEntry extends KubeObject {
  spec: { address?: string; labels?: Labels; serviceAccount?: string; ports?: Readonly<Record<string, number>> };
}

export interface Pod extends KubeObject {
  spec: {
    serviceAccountName?: string;
    nodeName?: string;
    hostNetwork?: boolean;
    containers?: readonly {
      name?: string;
      env?: readonly { name: string }[];
      ports?: readonly { name?: string; containerPort: number }[];
    }[];
  };
  status?: {
    phase?: string;
    podIP?: string;
    startTime?: string;
    conditions?: readonly { type: string; status: string }[];
  };
}

export const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? 'default';

/** Every label of the selector. */
export const matches = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

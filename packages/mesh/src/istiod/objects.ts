/** The parts of Kubernetes and Istio objects that istiod reads and writes. */
import type { Condition, KubeObject } from '@meshbed/kube-client';

export interface Pod extends KubeObject {
  spec: { nodeName?: string; serviceAccountName?: string; hostNetwork?: boolean; containers?: Container[] };
  status?: {
    phase?: string;
    podIP?: string;
    podIPs?: { ip: string }[];
    conditions?: { type: string; status: string }[];
  };
}

interface Container {
  name: string;
  ports?: { name?: string; containerPort: number }[];
}

export interface Service extends KubeObject {
  spec: {
    clusterIP?: string;
    clusterIPs?: string[];
    type?: string;
    selector?: Record<string, string>;
    ports?: ServicePort[];
    publishNotReadyAddresses?: boolean;
    internalTrafficPolicy?: string;
  };
  status?: { loadBalancer?: { ingress?: { hostname?: string; ip?: string }[] } };
}

export interface ServicePort {
  name?: string;
  port: number;
  targetPort?: number | string;
  protocol?: string;
  appProtocol?: string;
}

export interface EndpointSlice extends KubeObject {
  addressType: string;
  ports?: { name?: string; port: number }[];
  endpoints?: {
    addresses: string[];
    conditions?: { ready?: boolean };
    targetRef?: { kind: string; name: string; namespace?: string };
    nodeName?: string;
    zone?: string;
  }[];
}

export interface Deployment extends KubeObject {
  status?: { availableReplicas?: number };
}

export interface ServiceEntry extends KubeObject {
  spec: {
    hosts: string[];
    addresses?: string[];
    ports?: ServiceEntryPort[];
    location?: 'MESH_EXTERNAL' | 'MESH_INTERNAL';
    resolution?: 'NONE' | 'STATIC' | 'DNS' | 'DNS_ROUND_ROBIN' | 'DYNAMIC_DNS';
    endpoints?: WorkloadEntry['spec'][];
    subjectAltNames?: string[];
    workloadSelector?: { labels?: Record<string, string> };
  };
  status?: { addresses?: { value: string; host?: string }[] };
}

export interface ServiceEntryPort {
  number: number;
  name: string;
  protocol?: string;
  targetPort?: number;
}

export interface WorkloadEntry extends KubeObject {
  spec: {
    address?: string;
    ports?: Record<string, number>;
    labels?: Record<string, string>;
    network?: string;
    /** `region/zone/subzone` */
    locality?: string;
    weight?: number;
    serviceAccount?: string;
  };
}

export interface AuthorizationPolicy extends KubeObject {
  spec?: { selector?: { matchLabels?: Record<string, string> } } & Record<string, unknown>;
  status?: { conditions?: Condition[] };
}

export interface PeerAuthentication extends KubeObject {
  spec?: {
    selector?: { matchLabels?: Record<string, string> };
    mtls?: { mode?: 'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT' };
    portLevelMtls?: Record<string, unknown>;
  };
}

export interface Gateway extends KubeObject {
  spec: {
    gatewayClassName: string;
    listeners?: { name: string; port: number; protocol: string; tls?: { mode?: string } }[];
    addresses?: { type?: string; value: string }[];
  };
  status?: { conditions?: Condition[]; addresses?: { type: string; value: string }[] };
}

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

export interface Secret extends KubeObject {
  type?: string;
  data?: Record<string, string>;
}

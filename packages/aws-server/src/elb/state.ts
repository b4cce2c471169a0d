import type { LoadBalancer } from '@meshbed/fabric';

export interface ClassicListener {
  port: number;
  instancePort: number;
}

export interface HealthCheck {
  /** `TCP:8080` */
  target: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  unhealthyThreshold: number;
  healthyThreshold: number;
}

export interface ClassicLoadBalancer {
  name: string;
  createdAtMs: number;
  subnetIds: string[];
  listeners: ClassicListener[];
  instanceIds: string[];
  healthCheck: HealthCheck;
  tags: Map<string, string>;
  /** What forwards the bytes; also the one place for scheme, interfaces and groups. */
  dataPlane: LoadBalancer;
  /** Changes of the data plane, one after the other. */
  pending: Promise<void>;
}

/** Classic load balancers of one account and region, by name. */
export class ClassicState {
  readonly loadBalancers: Map<string, ClassicLoadBalancer> = new Map();
}

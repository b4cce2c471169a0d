import type { LoadBalancer } from '@meshbed/fabric';

export interface NetworkLoadBalancer {
  arn: string;
  name: string;
  /** `provisioning` → `active`; `deleting` is no longer listed. */
  state: 'provisioning' | 'active' | 'deleting';
  createdAtMs: number;
  subnetIds: string[];
  attributes: Map<string, string>;
  tags: Map<string, string>;
  /** What forwards the bytes; also the one place for name, scheme, interfaces and groups. */
  dataPlane: LoadBalancer;
  /** Changes of the data plane, one after the other: two at once would both open the same port. */
  pending: Promise<void>;
}

export interface Target {
  /** Address or instance id. */
  id: string;
  port: number;
  state: 'initial' | 'checked';
}

export interface HealthCheckSettings {
  /** `traffic-port` or a number. */
  port: string;
  intervalSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
}

export interface TargetGroup {
  arn: string;
  name: string;
  vpcId: string;
  port: number;
  targetType: 'ip' | 'instance';
  healthCheck: HealthCheckSettings;
  /** By `id:port`. */
  targets: Map<string, Target>;
  tags: Map<string, string>;
}

export interface Listener {
  arn: string;
  loadBalancerArn: string;
  port: number;
  targetGroupArn: string;
  tags: Map<string, string>;
}

/** Load balancing of one account and region, everything by ARN. */
export class LoadBalancingState {
  readonly loadBalancers: Map<string, NetworkLoadBalancer> = new Map();
  readonly targetGroups: Map<string, TargetGroup> = new Map();
  readonly listeners: Map<string, Listener> = new Map();
}

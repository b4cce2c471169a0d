import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';

/** A node's machine: as much as node groups and their teardown need. */
export interface Instance {
  id: string;
  ownerId: string;
  region: string;
  tags: Map<string, string>;
  instanceType: string;
  imageId: string;
  state: InstanceState;
  /** Why it was terminated. */
  stateReason?: string;
  subnetId: string;
  vpcId: string;
  zone: string;
  eniId: string;
  privateIp: string;
  launchedAtMs: number;
  terminatedAtMs?: number;
  instanceProfileArn?: string;
  /** Told once when the instance ends, whoever ended it. */
  onTerminated?: () => void;
}

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated';

/** What instances are made from; version 1 is the default one. */
export interface LaunchTemplate {
  id: string;
  name: string;
  createdAtMs: number;
  createdBy: string;
  versions: { createdAtMs: number; data: RequestLaunchTemplateData }[];
  tags: Map<string, string>;
}

/** What EC2 has of an account in a region beside the fabric's objects. */
export class Ec2State {
  readonly instances: Map<string, Instance> = new Map();
  readonly launchTemplates: Map<string, LaunchTemplate> = new Map();
  /** Tags that the accepting account gave to peerings: each side has its own. */
  readonly peeringTags: Map<string, Map<string, string>> = new Map();
}

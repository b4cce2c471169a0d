import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';

/** Stacks of one account and region by id; deleted ones stay. */
export class CloudFormationState {
  readonly stacks: Map<string, StackRecord> = new Map();
}

export interface StackRecord {
  /** ARN; a name can be used again after its stack was deleted, an id never. */
  id: string;
  name: string;
  status: StackStatus;
  statusReason?: string | undefined;
  createdAtMs: number;
  updatedAtMs?: number;
  deletedAtMs?: number;
  /** As given. */
  template: string;
  description: string | undefined;
  parameters: ReadonlyMap<string, string>;
  tags: Map<string, string>;
  capabilities: readonly string[];
  onFailure: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';
  terminationProtection: boolean;
  clientToken: string | undefined;
  resources: Map<string, ResourceRecord>;
  outputs: readonly Output[];
  /** Names of exports of other stacks that it uses. */
  imports: Set<string>;
  /** Oldest first. */
  events: EventRecord[];
  changeSets: Map<string, ChangeSetRecord>;
}

/** What a stack is to become. */
export interface Target {
  template: string;
  parameters: ReadonlyMap<string, string>;
  capabilities: readonly string[];
}

export interface Change {
  action: 'Add' | 'Modify' | 'Remove';
  logicalId: string;
  type: string;
  physicalId: string;
  /** Names of properties that are written differently, or refer to something that changes. */
  properties: readonly string[];
  replacement: boolean;
}

export interface ChangeSetRecord {
  id: string;
  name: string;
  description: string | undefined;
  type: 'CREATE' | 'UPDATE';
  status: 'CREATE_COMPLETE' | 'FAILED';
  statusReason?: string;
  executionStatus: 'AVAILABLE' | 'UNAVAILABLE' | 'EXECUTE_COMPLETE' | 'OBSOLETE';
  createdAtMs: number;
  target: Target;
  changes: readonly Change[];
}

export type Properties = Readonly<Record<string, unknown>>;

export interface ResourceRecord {
  logicalId: string;
  type: string;
  status: ResourceStatus;
  statusReason?: string | undefined;
  changedAtMs: number;
  physicalId: string;
  /** As resolved when it was created. */
  properties: Properties;
  /** For Fn::GetAtt. */
  attributes: Readonly<Record<string, string>>;
  /** What had to be there before. */
  dependsOn: readonly string[];
  retain: boolean;
  /** How often it was replaced: each one has a name of its own. */
  generation?: number;
}

export interface Output {
  key: string;
  value: string;
  description?: string | undefined;
  exportName?: string | undefined;
}

export interface EventRecord {
  id: string;
  logicalId: string;
  physicalId: string;
  type: string;
  status: ResourceStatus;
  reason: string | undefined;
  atMs: number;
}

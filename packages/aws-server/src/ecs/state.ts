import type {
  CapacityProviderStrategyItem,
  ClusterSetting,
  ContainerDefinition,
  ExecuteCommandConfiguration,
  PropagateTags,
  RegisterTaskDefinitionCommandInput,
  TaskOverride,
  TaskStopCode,
} from '@aws-sdk/client-ecs';
import type { Health, RunningWorkload } from '@meshbed/core';
import type { NetworkInterface } from '@meshbed/fabric';

export type Tags = Map<string, string>;

/** ECS of one account and region. */
export class EcsState {
  readonly clusters: Map<string, ClusterRecord> = new Map();
  /** Family → revisions, revision 1 first; revisions are never reused. */
  readonly families: Map<string, TaskDefinitionRecord[]> = new Map();
  /** Settings of the account that somebody has set. */
  readonly settings: Map<string, string> = new Map();
}

/** Where a record lives. */
export interface Home {
  account: string;
  region: string;
}

export interface ClusterRecord extends Home {
  name: string;
  arn: string;
  /** A deleted cluster stays visible as INACTIVE and can be created again. */
  status: 'ACTIVE' | 'INACTIVE';
  tags: Tags;
  settings: ClusterSetting[];
  capacityProviders: string[];
  /** What services and tasks get that name neither a launch type nor a strategy. */
  defaultStrategy: CapacityProviderStrategyItem[];
  execute: ExecuteCommandConfiguration | undefined;
  services: Map<string, ServiceRecord>;
  tasks: Map<string, TaskRecord>;
}

export interface TaskDefinitionRecord extends Home {
  arn: string;
  family: string;
  revision: number;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  input: RegisterTaskDefinitionCommandInput;
  containers: readonly ContainerDefinition[];
  tags: Tags;
  registeredAtMs: number;
  registeredBy: string;
  deregisteredAtMs?: number;
  deleteRequestedAtMs?: number;
}

/** Where tasks go: `awsvpcConfiguration`. */
export interface Placement {
  subnets: string[];
  securityGroups: string[];
  assignPublicIp: 'ENABLED' | 'DISABLED';
}

export interface DeploymentRecord {
  /** `ecs-svc/<digits>` */
  id: string;
  status: 'PRIMARY' | 'ACTIVE';
  definition: TaskDefinitionRecord;
  placement: Placement;
  failedTasks: number;
  /** Starts that failed one after the other: they space out the next ones. */
  failuresInRow: number;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface RolloutConfiguration {
  maximumPercent: number;
  minimumHealthyPercent: number;
  circuitBreaker: boolean;
  /** Whether a deployment that fails is followed by one of the definition that last succeeded. */
  rollback: boolean;
}

export interface ServiceEventRecord {
  id: string;
  atMs: number;
  message: string;
}

export interface ServiceRecord {
  name: string;
  arn: string;
  cluster: ClusterRecord;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  /** The primary one first. */
  deployments: DeploymentRecord[];
  configuration: RolloutConfiguration;
  lastCompleted?: Pick<DeploymentRecord, 'definition' | 'placement'>;
  propagateTags: PropagateTags;
  enableManagedTags: boolean;
  enableExecuteCommand: boolean;
  tags: Tags;
  /** Newest first, as DescribeServices shows them. */
  events: ServiceEventRecord[];
  createdBy: string;
  createdAtMs: number;
  clientToken: string | undefined;
  /** No task is started before this moment, after failed starts. */
  retryAtMs: number;
  steady: boolean;
}

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export interface ContainerRecord {
  name: string;
  arn: string;
  runtimeId: string;
  definition: ContainerDefinition;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  health: Health;
  exitCode?: number;
  reason?: string;
}

export interface TaskTimes {
  createdAtMs: number;
  connectivityAtMs?: number;
  pullStartedAtMs?: number;
  pullStoppedAtMs?: number;
  startedAtMs?: number;
  stoppingAtMs?: number;
  executionStoppedAtMs?: number;
  stoppedAtMs?: number;
}

export interface TaskRecord {
  id: string;
  arn: string;
  cluster: ClusterRecord;
  definition: TaskDefinitionRecord;
  overrides: TaskOverride;
  placement: Placement;
  /** `service:NAME` or `family:NAME`. */
  group: string;
  /** The deployment's id, or what RunTask was given. */
  startedBy: string | undefined;
  serviceName: string | undefined;
  enableExecuteCommand: boolean;
  tags: Tags;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  stop?: { code: TaskStopCode; reason: string };
  containers: ContainerRecord[];
  /** The agent behind ECS Exec; it lags behind RUNNING. */
  agent: { status: 'PENDING' | 'RUNNING' | 'STOPPED'; startedAtMs?: number; reason?: string };
  attachmentId: string;
  /** Where it runs, known with its interface. */
  zone?: string | undefined;
  /** Stays here when the interface itself is gone, for DescribeTasks. */
  eni?: NetworkInterface;
  times: TaskTimes;
  /** Counts changes. */
  version: number;
  workload?: RunningWorkload;
}

export const essential = ({ definition }: ContainerRecord): boolean => definition.essential ?? true;

export const hasHealthCheck = ({ definition: { healthCheck } }: ContainerRecord): boolean =>
  healthCheck !== undefined && healthCheck.command?.[0] !== 'NONE';

/** The worst health among essential containers that have a check; UNKNOWN when there is none. */
export function healthOf(task: TaskRecord): Health {
  const checked = task.containers.filter((container) => essential(container) && hasHealthCheck(container));
  const states = new Set(checked.map(({ health }) => health));
  if (states.has('UNHEALTHY')) return 'UNHEALTHY';
  return states.size === 1 && states.has('HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}

/** Whether a service may count on it: running, and healthy where health is checked. */
export function isUp(task: TaskRecord): boolean {
  if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING') return false;
  const checked = task.containers.some((container) => essential(container) && hasHealthCheck(container));
  return !checked || healthOf(task) === 'HEALTHY';
}

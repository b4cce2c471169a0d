import type {
  Change as ChangeView,
  ChangeSetSummary,
  DescribeChangeSetOutput,
  Stack,
  StackEvent,
  StackResource,
  StackResourceSummary,
  StackSummary,
} from '@aws-sdk/client-cloudformation';
import { tagList } from '../tags.ts';
import type { Change, ChangeSetRecord, EventRecord, ResourceRecord, StackRecord } from './state.ts';

const drift = { StackDriftStatus: 'NOT_CHECKED' as const };
const resourceDrift = { StackResourceDriftStatus: 'NOT_CHECKED' as const };

export const stackView = (stack: StackRecord): Stack => ({
  StackId: stack.id,
  StackName: stack.name,
  Description: stack.description,
  Parameters: [...stack.parameters].map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  CreationTime: new Date(stack.createdAtMs),
  LastUpdatedTime: stack.updatedAtMs === undefined ? undefined : new Date(stack.updatedAtMs),
  DeletionTime: stack.deletedAtMs === undefined ? undefined : new Date(stack.deletedAtMs),
  RollbackConfiguration: {},
  StackStatus: stack.status,
  StackStatusReason: stack.statusReason,
  DisableRollback: stack.onFailure === 'DO_NOTHING',
  NotificationARNs: [],
  Capabilities: [...stack.capabilities] as Stack['Capabilities'],
  Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
    OutputKey: key,
    OutputValue: value,
    Description: description,
    ExportName: exportName,
  })),
  Tags: tagList(stack.tags),
  EnableTerminationProtection: stack.terminationProtection,
  DriftInformation: drift,
});

export const summaryView = (stack: StackRecord): StackSummary => ({
  StackId: stack.id,
  StackName: stack.name,
  TemplateDescription: stack.description,
  CreationTime: new Date(stack.createdAtMs),
  LastUpdatedTime: stack.updatedAtMs === undefined ? undefined : new Date(stack.updatedAtMs),
  DeletionTime: stack.deletedAtMs === undefined ? undefined : new Date(stack.deletedAtMs),
  StackStatus: stack.status,
  StackStatusReason: stack.statusReason,
  DriftInformation: drift,
});

/** The part that all lists of resources have. */
const common = ({
  logicalId,
  physicalId,
  type,
  status,
  statusReason,
}: ResourceRecord): Omit<StackResource, 'Timestamp'> => ({
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId === '' ? undefined : physicalId,
  ResourceType: type,
  ResourceStatus: status,
  ResourceStatusReason: statusReason,
  DriftInformation: resourceDrift,
});

export const resourceSummary = (resource: ResourceRecord): StackResourceSummary => ({
  ...common(resource),
  LastUpdatedTimestamp: new Date(resource.changedAtMs),
});

export const resourceView = ({ id, name }: StackRecord, resource: ResourceRecord): StackResource => ({
  StackId: id,
  StackName: name,
  ...common(resource),
  Timestamp: new Date(resource.changedAtMs),
});

export const eventView = ({ id, name }: StackRecord, event: EventRecord): StackEvent => ({
  StackId: id,
  StackName: name,
  EventId: event.id,
  LogicalResourceId: event.logicalId,
  PhysicalResourceId: event.physicalId,
  ResourceType: event.type,
  Timestamp: new Date(event.atMs),
  ResourceStatus: event.status,
  ResourceStatusReason: event.reason,
});

export const changeSetSummary = (stack: StackRecord, changeSet: ChangeSetRecord): ChangeSetSummary => ({
  StackId: stack.id,
  StackName: stack.name,
  ChangeSetId: changeSet.id,
  ChangeSetName: changeSet.name,
  ExecutionStatus: changeSet.executionStatus,
  Status: changeSet.status,
  StatusReason: changeSet.statusReason,
  CreationTime: new Date(changeSet.createdAtMs),
  Description: changeSet.description,
  IncludeNestedStacks: false,
});

export const changeSetView = (stack: StackRecord, changeSet: ChangeSetRecord): DescribeChangeSetOutput => ({
  ...changeSetSummary(stack, changeSet),
  Parameters: [...changeSet.target.parameters].map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  })),
  Capabilities: [...changeSet.target.capabilities] as DescribeChangeSetOutput['Capabilities'],
  Tags: tagList(stack.tags),
  NotificationARNs: [],
  RollbackConfiguration: {},
  Changes: changeSet.changes.map(changeView),
});

const changeView = ({ action, logicalId, type, physicalId, properties, replacement }: Change): ChangeView => ({
  Type: 'Resource',
  ResourceChange: {
    Action: action,
    LogicalResourceId: logicalId,
    ResourceType: type,
    PhysicalResourceId: physicalId === '' ? undefined : physicalId,
    Replacement: action === 'Modify' ? (replacement ? 'True' : 'False') : undefined,
    Scope: action === 'Modify' ? (properties.includes('Tags') ? ['Tags'] : ['Properties']) : [],
    Details: properties.map((Name) => ({
      Target: {
        Attribute: Name === 'Tags' ? 'Tags' : 'Properties',
        Name,
        RequiresRecreation: replacement ? 'Always' : 'Never',
      },
      Evaluation: 'Static',
      ChangeSource: 'DirectModification',
    })),
  },
});

import type {
  ConfigMap,
  CustomResourceDefinition,
  Event,
  KubeObject,
  Namespace,
  Node,
  RoleBinding,
  Secret,
  ServiceAccount,
} from '../objects/index.ts';
import { ageOf } from './age.ts';
import { type Column, columnsOf } from './column.ts';

const age = (object: KubeObject, nowMs: number) => ageOf(object.metadata.creationTimestamp, nowMs);

const namespace = columnsOf<Namespace>();

export const namespaceColumns: readonly Column<Namespace>[] = [
  namespace.text('Status', ({ status }) => status?.phase ?? ''),
  namespace.text('Age', age),
];

const node = columnsOf<Node>();
const address = ({ status }: Node, type: string) =>
  status?.addresses?.find((candidate) => candidate.type === type)?.address ?? '<none>';

export const nodeColumns: readonly Column<Node>[] = [
  node.text('Status', nodeStatus),
  node.text('Roles', nodeRoles),
  node.text('Age', age),
  node.text('Version', ({ status }) => status?.nodeInfo?.['kubeletVersion'] ?? ''),
  node.wide('Internal-IP', (object) => address(object, 'InternalIP')),
  node.wide('External-IP', (object) => address(object, 'ExternalIP')),
  node.wide('OS-Image', ({ status }) => status?.nodeInfo?.['osImage'] ?? '<unknown>'),
  node.wide('Kernel-Version', ({ status }) => status?.nodeInfo?.['kernelVersion'] ?? '<unknown>'),
  node.wide('Container-Runtime', ({ status }) => status?.nodeInfo?.['containerRuntimeVersion'] ?? '<unknown>'),
];

function nodeStatus({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec?.unschedulable ? `${state},SchedulingDisabled` : state;
}

const rolePrefix = 'node-role.kubernetes.io/';

function nodeRoles({ metadata }: Node): string {
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(rolePrefix));
  return roles.map((label) => label.slice(rolePrefix.length)).join(',') || '<none>';
}

const account = columnsOf<ServiceAccount>();

export const serviceAccountColumns: readonly Column<ServiceAccount>[] = [
  account.number('Secrets', ({ secrets }) => secrets?.length ?? 0),
  account.text('Age', age),
];

const secret = columnsOf<Secret>();

export const secretColumns: readonly Column<Secret>[] = [
  secret.text('Type', ({ type }) => type),
  secret.number('Data', ({ data }) => Object.keys(data ?? {}).length),
  secret.text('Age', age),
];

const configMap = columnsOf<ConfigMap>();

export const configMapColumns: readonly Column<ConfigMap>[] = [
  configMap.number('Data', ({ data, binaryData }) => Object.keys({ ...data, ...binaryData }).length),
  configMap.text('Age', age),
];

const event = columnsOf<Event>();

export const eventColumns: readonly Column<Event>[] = [
  event.text('Last Seen', ({ lastTimestamp, eventTime, metadata }, nowMs) =>
    ageOf(lastTimestamp ?? eventTime ?? metadata.creationTimestamp, nowMs),
  ),
  event.text('Type', ({ type }) => type),
  event.text('Reason', ({ reason }) => reason),
  event.text('Object', ({ involvedObject: { kind, name } }) => `${kind?.toLowerCase()}/${name}`),
  event.wide('Subobject', ({ involvedObject }) => involvedObject.fieldPath ?? ''),
  event.wide('Source', ({ source }) => [source?.component, source?.host].filter(Boolean).join(', ')),
  event.text('Message', ({ message }) => message?.trim()),
  event.wide('First Seen', ({ firstTimestamp, eventTime, metadata }, nowMs) =>
    ageOf(firstTimestamp ?? eventTime ?? metadata.creationTimestamp, nowMs),
  ),
  event.wide('Count', ({ count }) => String(count ?? 1)),
  event.wide('Name', ({ metadata }) => metadata.name),
];

const definition = columnsOf<CustomResourceDefinition>();

export const definitionColumns: readonly Column<CustomResourceDefinition>[] = [
  { ...definition.text('Created At', ({ metadata }) => metadata.creationTimestamp), type: 'date' },
];

const role = columnsOf<KubeObject>();

export const roleColumns: readonly Column[] = [
  { ...role.text('Created At', ({ metadata }) => metadata.creationTimestamp), type: 'date' },
];

const binding = columnsOf<RoleBinding>();
const subjects = (object: RoleBinding, kind: string) =>
  (object.subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map((subject) => (subject.namespace ? `${subject.namespace}/${subject.name}` : subject.name))
    .join(', ');

export const bindingColumns: readonly Column<RoleBinding>[] = [
  binding.text('Role', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  binding.text('Age', age),
  binding.wide('Users', (object) => subjects(object, 'User')),
  binding.wide('Groups', (object) => subjects(object, 'Group')),
  binding.wide('ServiceAccounts', (object) => subjects(object, 'ServiceAccount')),
];

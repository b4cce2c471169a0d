import type { EvidenceFile } from './types.ts';

/** Something in the evidence that is not as it should be. */
export interface Noticed {
  /** File that it is from. */
  path: string;
  says: string;
}

type Items = readonly Record<string, unknown>[];

interface Rule {
  file: RegExp;
  look: (items: Items) => string[];
}

/** What a person would look for first in each file. */
const rules: readonly Rule[] = [
  { file: /^kubernetes\/(aks\/)?Pod\.json$/, look: (pods) => pods.flatMap((pod) => podTrouble(pod as Pod)) },
  {
    file: /^kubernetes\/(aks\/)?Node\.json$/,
    look: (nodes) => nodes.flatMap((node) => nodeTrouble(node as unknown as Node)),
  },
  { file: /^kubernetes\/(aks\/)?Event\.json$/, look: (events) => warnings(events as readonly KubeEvent[]) },
  {
    file: /^ecs\/.*\/services\.json$/,
    look: (services) => services.flatMap((each) => serviceTrouble(each as Service)),
  },
  { file: /^ecs\/.*\/tasks\.json$/, look: (tasks) => tasks.flatMap((task) => taskTrouble(task as Task)) },
  { file: /^aws\/.*\/nat-gateways\.json$/, look: (gateways) => gateways.flatMap((each) => natTrouble(each as Nat)) },
  {
    file: /^azure\/(clusters|node-pools)\.json$/,
    look: (all) => all.flatMap((each) => azureTrouble(each as Provisioned)),
  },
  {
    file: /^proxies\/.*\/certificates\.json$/,
    look: (held) => held.flatMap((each) => certificateTrouble(each as Held)),
  },
];

const most = 40;

/** What the collected files show at a glance. */
export function noticedIn(files: readonly EvidenceFile[]): Noticed[] {
  const found = files.flatMap(({ path, text }) => {
    const rule = rules.find(({ file }) => file.test(path));
    const items: unknown = rule ? JSON.parse(text) : undefined;
    return rule && Array.isArray(items) ? rule.look(items as Items).map((says) => ({ path, says })) : [];
  });
  return found.slice(0, most);
}

interface Pod {
  metadata?: { name?: string; namespace?: string };
  status?: { phase?: string; containerStatuses?: { name: string; ready?: boolean; state?: { waiting?: Waiting } }[] };
}

interface Waiting {
  reason?: string;
  message?: string;
}

function podTrouble({ metadata = {}, status = {} }: Pod): string[] {
  const name = `pod ${metadata.namespace}/${metadata.name}`;
  const waiting = (status.containerStatuses ?? []).filter(({ ready }) => !ready);
  if (status.phase === 'Succeeded' || (status.phase === 'Running' && waiting.length === 0)) return [];
  const reasons = waiting.map(({ name: container, state }) => {
    const { reason = 'not ready', message = '' } = state?.waiting ?? {};
    return `${container}: ${reason}${message === '' ? '' : `, ${message}`}`;
  });
  return [`${name} is ${status.phase}${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}`];
}

interface Node {
  metadata: { name: string };
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

function nodeTrouble({ metadata, status }: Node): string[] {
  const condition = status?.conditions?.find(({ type }) => type === 'Ready');
  return condition?.status === 'True'
    ? []
    : [`node ${metadata.name} is not ready: ${condition?.message ?? 'it says nothing'}`];
}

interface KubeEvent {
  type?: string;
  reason?: string;
  message?: string;
  note?: string;
  involvedObject?: { kind?: string; namespace?: string; name?: string };
}

function warnings(events: readonly KubeEvent[]): string[] {
  const found = events
    .filter(({ type }) => type === 'Warning')
    .map(({ reason, message, note, involvedObject: { kind, namespace, name } = {} }) => {
      return `event ${reason} of ${kind} ${namespace}/${name}: ${message ?? note ?? ''}`;
    });
  return [...new Set(found)].slice(-10);
}

interface Service {
  serviceName?: string;
  desiredCount?: number;
  runningCount?: number;
  events?: { message?: string }[];
}

function serviceTrouble({ serviceName, desiredCount = 0, runningCount = 0, events = [] }: Service): string[] {
  if (runningCount >= desiredCount) return [];
  return [
    `service ${serviceName} runs ${runningCount} of ${desiredCount} tasks; it last said: ${events[0]?.message ?? 'nothing'}`,
  ];
}

interface Task {
  taskArn?: string;
  group?: string;
  lastStatus?: string;
  stopCode?: string;
  stoppedReason?: string;
  containers?: { name?: string; healthStatus?: string; exitCode?: number; reason?: string }[];
}

/** Tasks that their service replaced are no trouble. */
function taskTrouble({ taskArn, group, lastStatus, stopCode, stoppedReason, containers = [] }: Task): string[] {
  const name = `task ${taskArn?.split('/').at(-1)} of ${group}`;
  const unhealthy = containers.filter(({ healthStatus }) => healthStatus === 'UNHEALTHY').map((each) => each.name);
  const died = containers.flatMap(({ name: container, reason }) =>
    reason === undefined ? [] : [`${container}: ${reason}`],
  );
  if (lastStatus === 'STOPPED' && stopCode !== 'ServiceSchedulerInitiated')
    return [`${name} stopped: ${[stoppedReason, ...died].join('; ')}`];
  return lastStatus === 'RUNNING' && unhealthy.length > 0 ? [`${name} is unhealthy: ${unhealthy.join(', ')}`] : [];
}

interface Nat {
  NatGatewayId?: string;
  State?: string;
  FailureMessage?: string;
}

const natTrouble = ({ NatGatewayId, State, FailureMessage }: Nat): string[] =>
  State === 'failed' ? [`NAT gateway ${NatGatewayId} failed: ${FailureMessage}`] : [];

interface Held {
  identity?: string;
  state?: string;
}

const certificateTrouble = ({ identity, state }: Held): string[] =>
  state === undefined || state === 'Available' ? [] : [`certificate of ${identity} is ${state}`];

interface Provisioned {
  name?: string;
  properties?: { provisioningState?: string; status?: { provisioningError?: { code?: string; message?: string } } };
}

function azureTrouble({ name, properties = {} }: Provisioned): string[] {
  const { provisioningState, status } = properties;
  if (provisioningState === undefined || provisioningState === 'Succeeded') return [];
  const { code, message } = status?.provisioningError ?? {};
  return [`${name} is ${provisioningState}${code === undefined ? '' : `: ${code}, ${message ?? ''}`}`];
}

import type { Container, Node, Pod } from '../objects/index.ts';
import { PodProblem } from './problem.ts';

/** What the downward API can tell a container about its pod. */
export interface FieldContext {
  pod: Pod;
  podIp: string;
  hostIp: string;
}

type Field = (context: FieldContext) => string | undefined;

const fields: Readonly<Record<string, Field>> = {
  'metadata.name': ({ pod }) => pod.metadata.name,
  'metadata.namespace': ({ pod }) => pod.metadata.namespace,
  'metadata.uid': ({ pod }) => pod.metadata.uid,
  'metadata.labels': ({ pod }) => asLines(pod.metadata.labels),
  'metadata.annotations': ({ pod }) => asLines(pod.metadata.annotations),
  'spec.nodeName': ({ pod }) => pod.spec.nodeName,
  'spec.serviceAccountName': ({ pod }) => pod.spec.serviceAccountName ?? 'default',
  'status.podIP': ({ podIp }) => podIp,
  'status.podIPs': ({ podIp }) => podIp,
  'status.hostIP': ({ hostIp }) => hostIp,
  'status.hostIPs': ({ hostIp }) => hostIp,
};

/**
 * The value of a `fieldRef`; a label or annotation that the pod has not is empty.
 * @throws PodProblem for a path that the downward API does not know
 */
export function fieldValue(path: string, context: FieldContext): string {
  const subscript = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (subscript) return context.pod.metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] ?? ''] ?? '';
  const field = fields[path];
  if (!field) throw new PodProblem('configuration', `unsupported fieldPath: ${path}`);
  return field(context) ?? '';
}

function asLines(values: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(values ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join('\n');
}

/**
 * The value of a `resourceFieldRef`: a limit falls back to what the node can give, a request to 0.
 * @throws PodProblem for anything but requests and limits
 */
export function resourceValue(
  reference: { resource: string; divisor?: string },
  { resources }: Container,
  node: Node | undefined,
): string {
  const [kind, name = ''] = reference.resource.split('.');
  if (kind !== 'limits' && kind !== 'requests') {
    throw new PodProblem('configuration', `unsupported container resource: ${reference.resource}`);
  }
  const quantity =
    resources?.[kind]?.[name] ?? (kind === 'limits' ? node?.status?.allocatable?.[name] : undefined) ?? '0';
  return String(Math.ceil(parseQuantity(quantity) / (parseQuantity(reference.divisor ?? '1') || 1)));
}

const suffixes: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** `500m` is 0.5, `1Gi` is 1073741824. */
export function parseQuantity(quantity: string | number): number {
  const match = /^([\d.]+(?:e\d+)?)([A-Za-z]*)$/.exec(String(quantity));
  const factor = suffixes[match?.[2] ?? ''];
  if (!match || factor === undefined) throw new PodProblem('configuration', `not a quantity: ${quantity}`);
  return Number(match[1]) * factor;
}

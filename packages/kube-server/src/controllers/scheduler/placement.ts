import type { Node, Pod } from '../../objects/index.ts';
import { isTrue } from '../conditions.ts';

interface Expression {
  key: string;
  operator: string;
  values?: string[];
}

interface SelectorTerm {
  matchExpressions?: Expression[];
  matchFields?: Expression[];
}

interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}

/** Why a pod can't run on a node, as the scheduler's events count it; undefined when it can. */
export function misfit(pod: Pod, node: Node): string | undefined {
  const taint = (node.spec.taints ?? []).find(
    (candidate) => candidate['effect'] !== 'PreferNoSchedule' && !tolerates(pod, candidate),
  );
  if (taint) return `node(s) had untolerated taint {${taint['key']}: ${taint['value'] ?? ''}}`;
  const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  if (node.spec.unschedulable && !tolerates(pod, cordon)) return 'node(s) were unschedulable';
  const unready = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  if (!isTrue(node.status?.conditions, 'Ready') && !tolerates(pod, unready)) return 'node(s) were not ready';
  return matchesNode(pod, node) ? undefined : "node(s) didn't match Pod's node affinity/selector";
}

function tolerates({ spec }: Pod, taint: Readonly<Record<string, string>>): boolean {
  return ((spec.tolerations ?? []) as Toleration[]).some(({ key, operator, value, effect }) => {
    if (effect && effect !== taint['effect']) return false;
    if (key && key !== taint['key']) return false;
    return operator === 'Exists' ? true : (value ?? '') === (taint['value'] ?? '') && key !== undefined;
  });
}

function matchesNode({ spec }: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  const affinity = spec.affinity?.['nodeAffinity'] as
    | { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: SelectorTerm[] } }
    | undefined;
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}

function matchesTerm({ matchExpressions = [], matchFields = [] }: SelectorTerm, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  const fields = { 'metadata.name': node.metadata.name };
  return matchExpressions.every((one) => holds(one, labels)) && matchFields.every((one) => holds(one, fields));
}

function holds({ key, operator, values = [] }: Expression, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

export type Placement = { kind: 'node'; name: string } | { kind: 'none'; reason: string };

/** The fitting node with the fewest pods of the same controller, then the fewest pods; or why none fits. */
export function place(pod: Pod, nodes: readonly Node[], placed: readonly Pod[]): Placement {
  if (nodes.length === 0) return { kind: 'none', reason: 'no nodes available to schedule pods' };
  const problems = nodes.map((node) => misfit(pod, node) ?? overfull(node, placed));
  const fitting = nodes.filter((_node, index) => problems[index] === undefined);
  const best = fitting.toSorted((a, b) => load(pod, a, placed) - load(pod, b, placed))[0];
  return best ? { kind: 'node', name: best.metadata.name } : { kind: 'none', reason: explain(nodes.length, problems) };
}

const onNode = (pods: readonly Pod[], node: Node) => pods.filter(({ spec }) => spec.nodeName === node.metadata.name);

function overfull(node: Node, placed: readonly Pod[]): string | undefined {
  const limit = Number(node.status?.allocatable?.['pods'] ?? Infinity);
  return onNode(placed, node).length >= limit ? 'Too many pods' : undefined;
}

/** Siblings weigh more than anything else, so that replicas spread. */
function load(pod: Pod, node: Node, placed: readonly Pod[]): number {
  const owner = pod.metadata.ownerReferences?.[0]?.uid;
  const here = onNode(placed, node);
  const siblings = here.filter(({ metadata }) => owner !== undefined && metadata.ownerReferences?.[0]?.uid === owner);
  return siblings.length * 1000 + here.length;
}

function explain(count: number, problems: readonly (string | undefined)[]): string {
  const counts = new Map<string, number>();
  for (const problem of problems) if (problem !== undefined) counts.set(problem, (counts.get(problem) ?? 0) + 1);
  const parts = [...counts].map(([problem, nodes]) => `${nodes} ${problem}`);
  return `0/${count} nodes are available: ${parts.join(', ')}.`;
}

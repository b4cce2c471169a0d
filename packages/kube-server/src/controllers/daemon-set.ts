import { createHash } from 'node:crypto';
import type { DaemonSet, IntOrString, Node, Pod } from '../objects/index.ts';
import { type ControllerContext, keyOf, runController, source, splitKey } from './controller.ts';
import { controlledBy, controllerKeys, controllerReference } from './owners.ts';
import { availableInMs, isActive, isReady, podFromTemplate } from './pods.ts';
import { misfit } from './scheduler/placement.ts';

/** DaemonSets: one pod on every node that fits, replaced node by node when the template changes. */
export function daemonSetController(context: ControllerContext): Disposable {
  const { store } = context;
  return runController(context, 'daemonset', (key) => reconcile(context, key), [
    source('daemonsets.apps', (set) => [keyOf(set)]),
    source('pods', controllerKeys('DaemonSet')),
    source('nodes', () => store.list('daemonsets.apps').map(keyOf)),
  ]);
}

const component = 'daemonset-controller';
const revisionLabel = 'controller-revision-hash';

/** What a daemon's pod tolerates beyond its template, so that it also runs where nothing else is scheduled. */
const tolerations = [
  'not-ready',
  'unreachable',
  'disk-pressure',
  'memory-pressure',
  'pid-pressure',
  'unschedulable',
].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  effect: condition === 'not-ready' || condition === 'unreachable' ? 'NoExecute' : 'NoSchedule',
}));
const untilReady = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoSchedule' };

interface Daemons {
  set: DaemonSet;
  nodes: readonly Node[];
  pods: readonly Pod[];
  revision: string;
}

function reconcile(context: ControllerContext, key: string): number | undefined {
  const { store } = context;
  const { namespace, name } = splitKey(key);
  const set = store.get('daemonsets.apps', namespace, name);
  if (!set || set.metadata.deletionTimestamp !== undefined) return undefined;
  const now = survey(context, set);
  for (const pod of unwanted(now, context.clock.now())) {
    store.delete('pods', namespace, pod.metadata.name);
    context.recorder.record(component, set, {
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${pod.metadata.name}`,
    });
  }
  for (const node of now.nodes)
    if (!podsOn(controlledBy(store, 'pods', set), node).length) createPod(context, now, node);
  return writeStatus(context, survey(context, set));
}

function survey({ store }: ControllerContext, set: DaemonSet): Daemons {
  const example = daemonPod(set, { revision: '' });
  const nodes = store.list('nodes').filter((node) => misfit(example as unknown as Pod, node) === undefined);
  const revision = createHash('sha256').update(JSON.stringify(set.spec.template)).digest('hex').slice(0, 10);
  return { set, nodes, pods: controlledBy(store, 'pods', set), revision };
}

const podsOn = (pods: readonly Pod[], node: Node) => pods.filter(({ spec }) => spec.nodeName === node.metadata.name);

/** Pods on nodes that no longer fit, surplus, finished, and, as far as enough stay available, of an old template. */
function unwanted({ set, nodes, pods, revision }: Daemons, nowMs: number): Pod[] {
  const active = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const names = new Set(nodes.map((node) => node.metadata.name));
  const misplaced = active.filter((pod) => !names.has(pod.spec.nodeName ?? ''));
  const finished = active.filter((pod) => names.has(pod.spec.nodeName ?? '') && !isActive(pod));
  const surplus = nodes.flatMap((node) => podsOn(active.filter(isActive), node).slice(1));
  return [
    ...new Set([...misplaced, ...finished, ...surplus, ...outdated({ set, nodes, pods: active, revision }, nowMs)]),
  ];
}

function outdated({ set, nodes, pods, revision }: Daemons, nowMs: number): Pod[] {
  const strategy = set.spec.updateStrategy as
    | { type?: string; rollingUpdate?: { maxUnavailable?: IntOrString } }
    | undefined;
  if (strategy?.type === 'OnDelete') return [];
  const isAvailable = (pod: Pod) => availableInMs(pod, set.spec.minReadySeconds ?? 0, nowMs) === 0;
  const old = pods.filter((pod) => pod.metadata.labels?.[revisionLabel] !== revision);
  const missing = nodes.filter((node) => !podsOn(pods, node).some(isAvailable)).length;
  const allowed = maxUnavailable(strategy?.rollingUpdate?.maxUnavailable ?? 1, nodes.length) - missing;
  const broken = old.filter((pod) => !isAvailable(pod));
  return [...broken, ...old.filter(isAvailable).slice(0, Math.max(0, allowed))];
}

function maxUnavailable(value: IntOrString, nodes: number): number {
  const isPercentage = typeof value === 'string' && value.endsWith('%');
  return isPercentage ? Math.max(1, Math.ceil((Number.parseInt(value, 10) * nodes) / 100)) : Number(value);
}

function daemonPod(set: DaemonSet, { revision, nodeName }: { revision: string; nodeName?: string }) {
  const { namespace, name } = set.metadata;
  const pod = podFromTemplate(set.spec.template, { namespace, generateName: `${name}-` });
  const labels = { ...pod.metadata.labels, [revisionLabel]: revision };
  return {
    ...pod,
    metadata: { ...pod.metadata, labels, ownerReferences: [controllerReference(set)] },
    spec: {
      ...pod.spec,
      ...(nodeName && { nodeName }),
      tolerations: [...(pod.spec.tolerations ?? []), ...tolerations, untilReady],
    },
  };
}

function createPod({ store, recorder }: ControllerContext, { set, revision }: Daemons, { metadata }: Node): void {
  const pod = store.create(daemonPod(set, { revision, nodeName: metadata.name }));
  recorder.record(component, set, {
    type: 'Normal',
    reason: 'SuccessfulCreate',
    message: `Created pod: ${pod.metadata.name}`,
  });
}

function writeStatus({ store, clock }: ControllerContext, { set, nodes, pods, revision }: Daemons): number | undefined {
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const active = pods.filter(isActive);
  const first = nodes.flatMap((node) => podsOn(active, node)[0] ?? []);
  const waits = first.map((pod) => availableInMs(pod, minReadySeconds, clock.now()));
  const available = waits.filter((wait) => wait === 0).length;
  store.updateStatus({
    ...set,
    status: {
      observedGeneration: set.metadata.generation ?? 0,
      currentNumberScheduled: first.length,
      desiredNumberScheduled: nodes.length,
      numberMisscheduled: active.length - first.length,
      numberReady: first.filter(isReady).length,
      updatedNumberScheduled: first.filter(({ metadata }) => metadata.labels?.[revisionLabel] === revision).length,
      numberAvailable: available,
      numberUnavailable: nodes.length - available,
    },
  });
  const pending = waits.filter((wait) => wait !== undefined && wait > 0) as number[];
  return pending.length > 0 ? Math.min(...pending) : undefined;
}

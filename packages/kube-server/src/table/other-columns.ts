import type { KubeObject } from '../objects/index.ts';
import { ageOf } from './age.ts';
import { type Column, columnsOf } from './column.ts';
import { jsonPath } from './jsonpath.ts';
import { labelsText } from './network-columns.ts';

const { text, number } = columnsOf<KubeObject>();
const at =
  (path: string, none: unknown = '<none>') =>
  (object: KubeObject): unknown =>
    jsonPath(object, path) ?? none;
const age = text('Age', ({ metadata }, nowMs) => ageOf(metadata.creationTimestamp, nowMs));

export const autoscalerColumns: readonly Column[] = [
  text(
    'Reference',
    (object) => `${String(at('.spec.scaleTargetRef.kind')(object))}/${String(at('.spec.scaleTargetRef.name')(object))}`,
  ),
  text('Targets', at('.status.currentMetrics', '<unknown>')),
  number('MinPods', at('.spec.minReplicas', 1)),
  number('MaxPods', at('.spec.maxReplicas', 0)),
  number('Replicas', at('.status.currentReplicas', 0)),
  age,
];

export const disruptionBudgetColumns: readonly Column[] = [
  text('Min Available', at('.spec.minAvailable', 'N/A')),
  text('Max Unavailable', at('.spec.maxUnavailable', 'N/A')),
  number('Allowed Disruptions', at('.status.disruptionsAllowed', 0)),
  age,
];

export const leaseColumns: readonly Column[] = [text('Holder', at('.spec.holderIdentity', '')), age];

export const ingressColumns: readonly Column[] = [
  text('Class', at('.spec.ingressClassName')),
  text('Hosts', at('.spec.rules[*].host', '*')),
  text('Address', at('.status.loadBalancer.ingress[*].hostname', '')),
  text('Ports', (object) => (jsonPath(object, '.spec.tls') ? '80, 443' : '80')),
  age,
];

export const networkPolicyColumns: readonly Column[] = [
  text('Pod-Selector', (object) =>
    labelsText(jsonPath(object, '.spec.podSelector.matchLabels') as Record<string, string> | undefined),
  ),
  age,
];

export const webhookColumns: readonly Column[] = [
  number('Webhooks', ({ webhooks }) => (webhooks as unknown[] | undefined)?.length ?? 0),
  age,
];

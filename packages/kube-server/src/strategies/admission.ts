import type { KubeObject } from '../objects/index.ts';
import type { Strategy } from '../store/index.ts';

interface Webhook {
  clientConfig?: { service?: { port?: number } };
  rules?: { scope?: string }[];
  [field: string]: unknown;
}

/** Webhook configurations are stored, never called; defaulted so that re-applying them changes nothing. */
export const webhookStrategy = (mutating: boolean): Strategy => ({
  defaults(object) {
    for (const webhook of webhooksOf(object)) {
      Object.assign(webhook, { ...webhookDefaults, ...(mutating ? { reinvocationPolicy: 'Never' } : {}), ...webhook });
      if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
      for (const rule of webhook.rules ?? []) rule.scope ??= '*';
    }
  },
});

const webhookDefaults = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
};

const webhooksOf = (object: KubeObject) => (object['webhooks'] as Webhook[] | undefined) ?? [];

export const autoscalerStrategy: Strategy = {
  defaults(object) {
    const spec = object['spec'] as { minReplicas?: number; metrics?: unknown[] } | undefined;
    if (!spec) return;
    spec.minReplicas ??= 1;
    spec.metrics ??= [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
    ];
  },
};

import { expect } from 'vitest';
import type { KubectlCase } from './session.ts';

const area = 'validation';

const container = { name: 'c', image: 'i' };
const object = (apiVersion: string, kind: string, more: object) => ({
  apiVersion,
  kind,
  metadata: { name: 'refused' },
  ...more,
});
const pod = (spec: object) => object('v1', 'Pod', { spec: { containers: [container], ...spec } });
const policy = (spec: object) => object('security.istio.io/v1', 'AuthorizationPolicy', { spec });
const gateway = (listeners: object[]) =>
  object('gateway.networking.k8s.io/v1', 'Gateway', { spec: { gatewayClassName: 'x', listeners } });

/** Object → what the API server has against it. `--validate=false` lets older clients send what they would refuse. */
const refused: readonly (readonly [name: string, body: object, ...reasons: string[]])[] = [
  ['names', { ...pod({}), metadata: { name: 'Not_Valid' } }, 'metadata.name: Invalid value: "Not_Valid"'],
  ['no containers', pod({ containers: [] }), 'spec.containers: Required value'],
  [
    'choices',
    pod({ restartPolicy: 'Sometimes' }),
    'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
  ],
  [
    'selectors',
    object('apps/v1', 'Deployment', {
      spec: {
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'b' } }, spec: { containers: [container] } },
      },
    }),
    '`selector` does not match template `labels`',
  ],
  ['ports', object('v1', 'Service', { spec: { ports: [{ port: 0 }] } }), 'spec.ports[0].port: Invalid value: 0'],
  [
    'custom resources: choices',
    policy({ action: 'FORBID' }),
    'spec.action: Unsupported value: "FORBID": supported values: "ALLOW", "DENY", "AUDIT", "CUSTOM"',
  ],
  [
    'custom resources: types',
    policy({ rules: [{ to: [{ operation: { ports: [8080] } }] }] }),
    'spec.rules[0].to[0].operation.ports[0] in body must be of type string: "integer"',
  ],
  [
    'custom resources: rules',
    policy({ selector: { matchLabels: { a: 'b' } }, targetRefs: [{ kind: 'Gateway', name: 'x' }] }),
    'only one of targetRefs or selector can be set',
  ],
  [
    'custom resources: lists with keys',
    gateway([
      { name: 'a', port: 80, protocol: 'HTTP' },
      { name: 'a', port: 81, protocol: 'HTTP' },
    ]),
    'spec.listeners[1]: Duplicate value',
  ],
  [
    'custom resources: rules over lists',
    gateway([{ name: 'a', port: 80, protocol: 'HTTP', tls: { certificateRefs: [{ name: 'x' }] } }]),
    "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
  ],
];

export const validationCases: readonly KubectlCase[] = [
  ...refused.map(([name, input, ...reasons]): KubectlCase => ({
    area,
    name: `${name}: refused in the API server's words`,
    async run(kubectl) {
      const { error } = await kubectl.fail('create --validate=false -f -', { input });
      for (const reason of reasons) expect(error).toContain(reason);
    },
  })),
  {
    area,
    name: 'unknown fields: an error, of the client or of the server',
    async run(kubectl) {
      const { error } = await kubectl.fail('apply -f -', { input: policy({ rule: [] }) });
      expect(error).toMatch(/unknown field "(spec\.)?rule"/);
    },
  },
  {
    area,
    name: 'kinds that nothing would run: refused by name',
    async run(kubectl) {
      expect((await kubectl.fail('create job refused --image=i')).error).toContain("this API server can't create Job");
    },
  },
];

import { createIds, virtualClock } from '@meshbed/core';
import { describe, expect, test } from 'vitest';
import type { KubeObject, NewObject, Pod } from '../objects/index.ts';
import { Registry } from '../registry/index.ts';
import { copyJson, Store } from '../store/index.ts';
import { createStrategies } from './index.ts';

function setup(admitPod?: (pod: Pod) => Pod): Store {
  const registry = new Registry();
  const store = new Store({
    clock: virtualClock(0),
    ids: createIds('s'),
    registry,
    strategies: createStrategies(registry, admitPod),
  });
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  return store;
}

const metadata = { name: 'a', namespace: 'default' };
const container = { name: 'c', image: 'nginx' };
const pod = (spec: object, more: object = {}): NewObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...metadata, ...more },
  spec,
});
const service = (spec: object, name = 'a'): NewObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { ...metadata, name },
  spec,
});
const labels = { app: 'web' };
const deployment = (spec: object = {}): NewObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
    ...spec,
  },
});
const rbac = (kind: string, more: object): NewObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata,
  ...more,
});
const definition = (spec: object): NewObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    ...spec,
  },
});

describe('validation', () => {
  test.each<[string, NewObject, string]>([
    [
      'name',
      { ...pod({ containers: [container] }), metadata: { ...metadata, name: 'A_b' } },
      `Pod "A_b" is invalid: metadata.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain must consist of`,
    ],
    [
      'service name',
      service({ ports: [{ port: 80 }] }, '1a'),
      'metadata.name: Invalid value: "1a": a DNS-1035 label must consist of',
    ],
    [
      'label',
      pod({ containers: [container] }, { labels: { a: 'b c' } }),
      'metadata.labels: Invalid value: "b c": a valid label must be an empty string',
    ],
    ['no containers', pod({ containers: [] }), 'Pod "a" is invalid: spec.containers: Required value'],
    ['no image', pod({ containers: [{ name: 'c' }] }), 'spec.containers[0].image: Required value'],
    ['same name', pod({ containers: [container, container] }), 'spec.containers[1].name: Duplicate value: "c"'],
    [
      'port',
      pod({ containers: [{ ...container, ports: [{ containerPort: 70_000 }] }] }),
      'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
    [
      'volume',
      pod({ containers: [{ ...container, volumeMounts: [{ name: 'v', mountPath: '/v' }] }] }),
      'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ],
    [
      'restart policy',
      pod({ containers: [container], restartPolicy: 'Maybe' }),
      'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      'service account',
      pod({ containers: [container], serviceAccountName: 'x' }),
      'pods "a" is forbidden: error looking up service account default/x: serviceaccount "x" not found',
    ],
    [
      'selector',
      deployment({ selector: { matchLabels: { app: 'db' } } }),
      'Deployment.apps "a" is invalid: spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
    ],
    ['no selector', deployment({ selector: undefined }), 'spec.selector: Required value'],
    ['replicas', deployment({ replicas: -1 }), 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    [
      'template',
      deployment({ template: { metadata: { labels }, spec: { restartPolicy: 'Never', containers: [] } } }),
      '[spec.template.spec.containers: Required value, spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"]',
    ],
    ['stateful set', { ...deployment(), kind: 'StatefulSet' }, 'no controller would run its pods; use a Deployment'],
    ['no ports', service({}), 'Service "a" is invalid: spec.ports: Required value'],
    ['port names', service({ ports: [{ port: 80, name: 'x' }, { port: 81 }] }), 'spec.ports[1].name: Required value'],
    [
      'service type',
      service({ type: 'X', ports: [{ port: 80 }] }),
      'spec.type: Unsupported value: "X": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
    [
      'node port',
      service({ type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    ['address', service({ clusterIP: '10.0.0.1', ports: [{ port: 80 }] }), 'The range of valid IPs is 10.100.0.0/16'],
    [
      'config map key',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'a b': '' } },
      'data[a b]: Invalid value: "a b": a valid config key must consist of',
    ],
    [
      'role verbs',
      rbac('Role', { rules: [{ verbs: [], apiGroups: [''], resources: ['pods'] }] }),
      'rules[0].verbs: Required value: verbs must contain at least one value',
    ],
    [
      'binding subject',
      rbac('RoleBinding', { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'ServiceAccount', name: 'x' }] }),
      'subjects[0].namespace: Required value',
    ],
    [
      'definition name',
      { ...definition({}), metadata: { name: 'x.example.com' } },
      'metadata.name: Invalid value: "x.example.com": must be spec.names.plural+"."+spec.group',
    ],
    [
      'definition versions',
      definition({ versions: [] }),
      'spec.versions: Required value: must have at least one version',
    ],
    [
      'definition schema',
      definition({ versions: [{ name: 'v1', served: true, storage: true }] }),
      'spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required',
    ],
    [
      'pod volumes twice',
      pod({ containers: [container], volumes: [{ name: 'v' }, { name: 'v' }] }),
      'spec.volumes[1].name: Duplicate value: "v"',
    ],
    [
      'pod DNS policy',
      pod({ containers: [container], dnsPolicy: 'X' }),
      'spec.dnsPolicy: Unsupported value: "X": supported values: "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"',
    ],
    [
      'pod grace period',
      pod({ containers: [container], terminationGracePeriodSeconds: -1 }),
      'spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'requests above limits',
      pod({
        containers: [
          {
            ...container,
            resources: { requests: { cpu: '1500m', memory: '1Gi' }, limits: { cpu: '1', memory: '2G' } },
          },
        ],
      }),
      'spec.containers[0].resources.requests: Invalid value: "1500m": must be less than or equal to cpu limit of 1',
    ],
    [
      'environment names',
      pod({ containers: [{ ...container, env: [{ name: 'a=b' }] }] }),
      'spec.containers[0].env[0].name: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters',
    ],
    [
      'probes without a port',
      pod({ containers: [{ ...container, livenessProbe: { httpGet: { path: '/' } } }] }),
      'spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
    [
      'probes without a handler',
      pod({ containers: [{ ...container, readinessProbe: {} }] }),
      'spec.containers[0].readinessProbe: Required value: must specify a handler type',
    ],
    [
      'service protocol',
      service({ ports: [{ port: 80, protocol: 'X' }] }),
      'spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
    ],
    [
      'service selector',
      service({ ports: [{ port: 80 }], selector: { 'a b': 'c' } }),
      'spec.selector: Invalid value: "a b": name part must consist of',
    ],
    [
      'annotation keys',
      { ...pod({ containers: [container] }, { annotations: { 'a b': 'c' } }) },
      'metadata.annotations: Invalid value: "a b": name part must consist of',
    ],
    [
      'role kind',
      rbac('RoleBinding', { roleRef: { kind: 'X', name: 'r' } }),
      'roleRef.kind: Unsupported value: "X": supported values: "Role", "ClusterRole"',
    ],
    [
      'TLS secrets',
      { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data: { 'tls.crt': 'YQ==' } },
      'data[tls.key]: Required value',
    ],
    [
      'definition schema without types',
      definition({
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'array' }, x: {} } } },
          },
        ],
      }),
      'is invalid: [spec.versions[0].schema.openAPIV3Schema.properties[spec].items: Required value: must be specified, spec.versions[0].schema.openAPIV3Schema.properties[x].type: Required value: must not be empty for specified object fields]',
    ],
    [
      'conversion',
      definition({ conversion: { strategy: 'Webhook' } }),
      'this API server does not call conversion webhooks; use None',
    ],
  ])('%s', (_name, object, message) => {
    expect(() => setup().create(object)).toThrow(message);
  });

  test.each<[string, NewObject, (object: any) => void, string]>([
    [
      'pod',
      pod({ containers: [container] }),
      (object) => (object.spec.containers[0].command = ['x']),
      'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`',
    ],
    [
      'selector',
      deployment(),
      (object) => (object.spec.selector.matchLabels = object.spec.template.metadata.labels = { app: 'db' }),
      'v1.LabelSelector{MatchLabels:map[string]string{"app":"db"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
    ],
    [
      'cluster address',
      service({ ports: [{ port: 80 }] }),
      (object) => (object.spec.clusterIP = '10.100.9.9'),
      'may not change once set',
    ],
    [
      'secret type',
      { apiVersion: 'v1', kind: 'Secret', metadata },
      (object) => (object.type = 'x'),
      'type: Invalid value: "x": field is immutable',
    ],
    [
      'immutable',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, immutable: true, data: {} },
      (object) => (object.data.x = '1'),
      'data: Forbidden: field is immutable when `immutable` is set',
    ],
    [
      'roleRef',
      rbac('RoleBinding', { roleRef: { kind: 'Role', name: 'r' } }),
      (object) => (object.roleRef.name = 's'),
      'cannot change roleRef',
    ],
  ])('update of %s', (_name, object, change, message) => {
    const store = setup();
    const next = copyJson(store.create(object));
    change(next);
    expect(() => store.update(next)).toThrow(message);
  });
});

describe('defaults', () => {
  test.each<[string, NewObject, object]>([
    [
      'namespace',
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } },
      {
        metadata: { labels: { 'kubernetes.io/metadata.name': 'n' } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
    ],
    [
      'pod',
      pod({
        containers: [{ ...container, ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { port: 80 } } }],
      }),
      {
        spec: {
          restartPolicy: 'Always',
          serviceAccountName: 'default',
          dnsPolicy: 'ClusterFirst',
          containers: [
            {
              imagePullPolicy: 'Always',
              ports: [{ protocol: 'TCP' }],
              readinessProbe: { periodSeconds: 10, httpGet: { path: '/', scheme: 'HTTP' } },
            },
          ],
        },
        status: { phase: 'Pending', qosClass: 'BestEffort' },
      },
    ],
    [
      'pod with a tag',
      pod({ containers: [{ name: 'c', image: 'registry:5000/nginx:1.2' }] }),
      { spec: { containers: [{ imagePullPolicy: 'IfNotPresent' }] } },
    ],
    [
      'pod with requests',
      pod({ containers: [{ ...container, resources: { limits: { cpu: '1', memory: '1Gi' } } }] }),
      { status: { qosClass: 'Guaranteed' }, spec: { containers: [{ resources: { requests: { cpu: '1' } } }] } },
    ],
    [
      'deployment',
      deployment(),
      {
        spec: {
          replicas: 1,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        },
      },
    ],
    [
      'service',
      service({ ports: [{ port: 80 }] }),
      {
        spec: {
          type: 'ClusterIP',
          clusterIP: '10.100.0.11',
          clusterIPs: ['10.100.0.11'],
          ports: [{ protocol: 'TCP', targetPort: 80 }],
        },
      },
    ],
    ['headless service', service({ clusterIP: 'None' }), { spec: { clusterIP: 'None', clusterIPs: ['None'] } }],
    [
      'load balancer',
      service({ type: 'LoadBalancer', ports: [{ port: 80 }] }),
      { spec: { ports: [{ nodePort: 30_000 }], allocateLoadBalancerNodePorts: true }, status: { loadBalancer: {} } },
    ],
    [
      'secret',
      { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { a: 'b' } },
      { type: 'Opaque', data: { a: 'Yg==' } },
    ],
    [
      'definition',
      definition({}),
      {
        spec: { names: { singular: 'widget', listKind: 'WidgetList' }, conversion: { strategy: 'None' } },
        status: {
          storedVersions: ['v1'],
          conditions: [
            { type: 'NamesAccepted', status: 'True' },
            { type: 'Established', status: 'True' },
          ],
        },
      },
    ],
  ])('%s', (_name, object, expected) => {
    expect(setup().create(object)).toMatchObject(expected);
  });

  test('services: addresses and node ports are given once', () => {
    const store = setup();
    const first = store.create(service({ type: 'NodePort', ports: [{ port: 80 }] }, 'a'));
    const second = store.create(service({ type: 'NodePort', ports: [{ port: 80 }] }, 'b'));
    expect(second).toMatchObject({ spec: { clusterIP: '10.100.0.12', ports: [{ nodePort: 30_001 }] } });
    expect(() => store.create(service({ clusterIP: '10.100.0.11', ports: [{ port: 80 }] }, 'c'))).toThrow(
      'provided IP is already allocated',
    );
    expect(() => store.create(service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_001 }] }, 'c'))).toThrow(
      'provided port is already allocated',
    );
    const changed = store.update({
      ...first,
      metadata,
      spec: { type: 'NodePort', ports: [{ port: 80, targetPort: 8080 }] },
    });
    expect(changed).toMatchObject({
      spec: { clusterIP: '10.100.0.11', ports: [{ nodePort: 30_000, targetPort: 8080 }] },
    });
  });

  test('pods: admission sees the defaulted pod and may change it', () => {
    const seen: KubeObject[] = [];
    const store = setup((object) => {
      seen.push(object);
      return { ...object, metadata: { ...object.metadata, annotations: { admitted: 'yes' } } };
    });
    expect(store.create(pod({ containers: [container] })).metadata.annotations).toEqual({ admitted: 'yes' });
    expect(seen).toMatchObject([{ spec: { serviceAccountName: 'default' } }]);
  });

  test('pods: the scheduler sets the node once', () => {
    const store = setup();
    const created = copyJson(store.create(pod({ containers: [container] }))) as Pod;
    const placed = copyJson(store.update({ ...created, spec: { ...created.spec, nodeName: 'n1' } })) as Pod;
    expect(() => store.update({ ...placed, spec: { ...placed.spec, nodeName: 'n2' } })).toThrow(
      'pod updates may not change',
    );
  });
});

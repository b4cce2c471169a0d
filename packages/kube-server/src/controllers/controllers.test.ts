import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployment, pod, template, TestCluster } from '../testing/controlled-cluster.ts';

let test: TestCluster;
beforeEach(() => {
  test = new TestCluster();
  test.addNode('node-1');
  test.addNode('node-2', { disk: 'fast' });
});
afterEach(() => test[Symbol.asyncDispose]());

const service = (name: string, spec: Record<string, unknown> = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 'http' }], ...spec },
});
const withPort = (number: number, extra: Record<string, unknown> = {}) => ({
  containers: [{ name: 'app', image: 'echo', ports: [{ name: 'http', containerPort: number }], ...extra }],
});

const daemons = (container: Record<string, unknown> = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent', namespace: 'default' },
  spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent', container) },
});
const images = () => test.list('pods').map(({ spec }) => [spec.nodeName, spec.containers[0]?.image]);
const slices = () =>
  test.list('endpointslices.discovery.k8s.io').map(({ ports, endpoints }) => ({
    port: ports?.[0]?.port,
    ready: endpoints.map(({ conditions }) => conditions?.ready),
  }));
const balanced = (name: string) => service(name, { type: 'LoadBalancer' });

describe('namespace', () => {
  it('starts with an account and the root certificate', async () => {
    test.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mesh' } });
    await test.settle();
    expect(test.get('serviceaccounts', 'default', 'mesh')).toBeDefined();
    expect(test.get('configmaps', 'kube-root-ca.crt', 'mesh').data).toEqual({ 'ca.crt': 'CA' });
    test.store.delete('configmaps', 'mesh', 'kube-root-ca.crt');
    await test.settle();
    expect(test.get('configmaps', 'kube-root-ca.crt', 'mesh')).toBeDefined();
  });

  it('fills a token secret once its account exists, and deletes it with the account', async () => {
    const annotations = { 'kubernetes.io/service-account.name': 'reader' };
    const type = 'kubernetes.io/service-account-token';
    test.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'of-reader', namespace: 'default', annotations },
      type,
    });
    await test.settle();
    expect(test.get('secrets', 'of-reader').data).toBeUndefined();
    test.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reader', namespace: 'default' } });
    await test.settle();
    const token = Buffer.from(test.get('secrets', 'of-reader').data?.['token'] ?? '', 'base64').toString();
    expect(test.cluster.verifyToken(token)).toMatchObject({ namespace: 'default', serviceAccount: 'reader' });
    test.store.delete('serviceaccounts', 'default', 'reader');
    await test.settle();
    expect(test.store.get('secrets', 'default', 'of-reader')).toBeUndefined();
  });

  it('goes only after all it contains', async () => {
    test.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mesh' } });
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', namespace: 'mesh', finalizers: ['example.com/hold'] },
    };
    test.create(map);
    test.create({ ...deployment('web', 2), metadata: { name: 'web', namespace: 'mesh' } });
    await test.settle();
    test.store.delete('namespaces', undefined, 'mesh');
    await test.settle();
    expect(test.list('pods', 'mesh')).toEqual([]);
    const [condition] = test.store.get('namespaces', undefined, 'mesh')?.status?.conditions ?? [];
    expect(condition?.message).toBe('Some resources are remaining: configmaps has 1 resource instances');
    const held = test.get('configmaps', 'held', 'mesh');
    test.store.update({ ...held, metadata: { ...held.metadata, finalizers: [] } });
    await test.settle();
    expect(test.store.get('namespaces', undefined, 'mesh')).toBeUndefined();
  });
});

describe('scheduler', () => {
  it('keeps a pod pending, with the reason, until a node fits', async () => {
    test.create(pod('web', { nodeSelector: { disk: 'slow' } }));
    await test.settle();
    expect(test.get('pods', 'web').status?.conditions).toMatchObject([
      {
        type: 'PodScheduled',
        status: 'False',
        message: "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
      },
    ]);
    test.addNode('node-3', { disk: 'slow' });
    await test.settle();
    expect(test.get('pods', 'web').spec.nodeName).toBe('node-3');
  });
});

describe('daemon set', () => {
  it('runs one pod on every node, those that come later too', async () => {
    test.create(daemons());
    await test.settle();
    test.addNode('node-3');
    await test.settle();
    expect(
      images()
        .map(([node]) => node)
        .toSorted((a = '', b = '') => a.localeCompare(b)),
    ).toEqual(['node-1', 'node-2', 'node-3']);
    expect(test.get('daemonsets.apps', 'agent').status).toMatchObject({
      desiredNumberScheduled: 3,
      numberReady: 3,
      updatedNumberScheduled: 3,
    });
  });

  it('replaces one node after the other', async () => {
    const probe = { readinessProbe: { tcpSocket: { port: 1 } } };
    test.create(daemons(probe));
    await test.settle();
    test.runtime.healthy = false;
    const current = test.get('daemonsets.apps', 'agent');
    test.store.update({
      ...current,
      spec: { ...current.spec, template: template('agent', { ...probe, image: 'echo:2' }) },
    });
    await test.settle();
    expect(test.get('daemonsets.apps', 'agent').status).toMatchObject({
      updatedNumberScheduled: 1,
      numberAvailable: 1,
    });
    test.runtime.healthy = true;
    const fresh = test.list('pods').find(({ spec }) => spec.containers[0]?.image === 'echo:2');
    test.runtime.find(fresh?.metadata.name ?? '').setHealth('app', 'HEALTHY');
    await test.settle();
    expect(test.get('daemonsets.apps', 'agent').status).toMatchObject({
      updatedNumberScheduled: 2,
      numberAvailable: 2,
    });
  });
});

describe('endpoints', () => {
  it('follow the pods, ready or not, each with its own named port', async () => {
    test.create(service('web'));
    test.create(pod('web', withPort(8080)));
    await test.settle();
    expect(slices()).toEqual([{ port: 8080, ready: [true] }]);
    test.runtime.healthy = false;
    test.create({
      ...pod('other', withPort(9090, { readinessProbe: { tcpSocket: { port: 'http' } } })),
      metadata: { name: 'other', namespace: 'default', labels: { app: 'web' } },
    });
    await test.settle();
    expect(slices()).toContainEqual({ port: 9090, ready: [false] });
    expect(test.get('endpoints', 'web').subsets).toMatchObject([
      { notReadyAddresses: [{ ip: '192.168.0.11' }], ports: [{ port: 9090 }] },
      { addresses: [{ ip: '192.168.0.10' }], ports: [{ port: 8080 }] },
    ]);
  });

  it('count unready pods when the service publishes them', async () => {
    test.runtime.healthy = false;
    test.create(service('web', { publishNotReadyAddresses: true, ports: [{ port: 80 }] }));
    test.create(pod('web', withPort(8080, { readinessProbe: { tcpSocket: { port: 'http' } } })));
    await test.settle();
    expect(slices()).toEqual([{ port: 80, ready: [true] }]);
  });

  it('go with the service', async () => {
    test.create(service('web'));
    await test.settle();
    test.store.delete('services', 'default', 'web');
    await test.settle();
    expect(test.list('endpoints')).toEqual([]);
    expect(slices()).toEqual([]);
  });
});

describe('load balancer', () => {
  it('says why it is pending, then shows its host name', async () => {
    test.loadBalancers.pending = 'no public subnet';
    test.create(balanced('web'));
    await test.settle();
    expect(test.list('events').map(({ message }) => message)).toContain(
      'Error syncing load balancer: no public subnet',
    );
    test.loadBalancers.pending = undefined;
    await test.settle(100);
    expect(test.get('services', 'web').status?.loadBalancer?.ingress).toEqual([{ hostname: 'web.elb.example' }]);
    test.create(pod('web', withPort(8080)));
    await test.settle();
    expect(test.loadBalancers.kept.get('web')?.()).toEqual([{ ip: '192.168.0.10', port: 8080, servicePort: 80 }]);
  });

  it.each([
    ['the service is deleted', () => test.store.delete('services', 'default', 'web')],
    [
      'the type changes',
      () => {
        const current = test.get('services', 'web');
        test.store.update({ ...current, spec: { ...current.spec, type: 'ClusterIP' } });
      },
    ],
  ])('is removed when %s', async (_name, action) => {
    test.create(balanced('web'));
    await test.settle();
    expect(test.get('services', 'web').metadata.finalizers).toEqual(['service.kubernetes.io/load-balancer-cleanup']);
    action();
    await test.settle();
    expect(test.loadBalancers.kept.size).toBe(0);
    expect(test.store.get('services', 'default', 'web')?.metadata.finalizers ?? []).toEqual([]);
  });
});

describe('garbage collector', () => {
  it('keeps what a deletion orphans', async () => {
    test.create(deployment('web', 1));
    await test.settle();
    test.store.delete('deployments.apps', 'default', 'web', { propagationPolicy: 'Orphan' });
    await test.settle();
    expect(test.list('deployments.apps')).toEqual([]);
    expect(test.list('replicasets.apps')).toMatchObject([{ metadata: { ownerReferences: [] } }]);
    expect(test.list('pods')).toHaveLength(1);
  });

  it('removes an object whose owner never was', async () => {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'x' }];
    test.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'leaf', namespace: 'default', ownerReferences },
    });
    await test.settle();
    expect(test.list('secrets')).toEqual([]);
  });
});

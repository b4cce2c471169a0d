import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { type KubeObject, resources } from '@meshbed/kube-client';
import { FakeKube } from '@meshbed/kube-client/testing';
import type { Deployment, Gateway, Service } from '../objects.ts';
import { GatewayController } from './controller.ts';

const { gateways, services, deployments, serviceAccounts } = resources;
const clock = virtualClock(1_800_000_000_000);
const settings = {
  image: 'hub/proxyv2:1',
  clusterId: 'Kubernetes',
  network: 'eks',
  istiodAddress: 'istiod.istio-system.svc:15012',
};
const listeners = [
  { name: 'cross-network', port: 15_008, protocol: 'TLS', tls: { mode: 'Passthrough' } },
  { name: 'xds-tls', port: 15_012, protocol: 'TLS', tls: { mode: 'Passthrough' } },
];

async function world(spec: Partial<Gateway['spec']> = {}) {
  const kube = await FakeKube.start();
  const api = kube.api();
  const metadata = { name: 'istio-eastwest', namespace: 'ew' };
  kube.put(gateways, { metadata, spec: { gatewayClassName: 'istio-eastwest', listeners, ...spec } });
  const controller = new GatewayController({
    api,
    clock,
    settings: () => settings,
    gateways: () => kube.list<Gateway>(gateways),
    find: (resource, name, namespace) => kube.get(resource, name, namespace),
    log: () => {},
  });
  const own = <T extends KubeObject>(resource: typeof gateways) => kube.get<T>(resource, 'istio-eastwest', 'ew');
  const programmed = () => own<Gateway>(gateways)?.status?.conditions?.find(({ type }) => type === 'Programmed');
  const update = (resource: typeof gateways, status: object) =>
    kube.put(resource, { ...(own<KubeObject>(resource) as KubeObject & Record<string, unknown>), status });
  const close = async () => {
    api[Symbol.dispose]();
    await kube[Symbol.asyncDispose]();
  };
  return { kube, controller, own, programmed, update, [Symbol.asyncDispose]: close };
}

test('gateway: gets a service account, a deployment and a load balancer, owned by it', async () => {
  await using it = await world();
  await it.controller.reconcile();
  const service = it.own<Service>(services);
  expect(service?.spec.type).toBe('LoadBalancer');
  expect(service?.spec.ports?.map(({ port, targetPort }) => [port, targetPort])).toEqual([
    [15_021, 15_021],
    [15_008, 15_008],
    [15_012, 15_012],
  ]);
  const deployment = it.own<
    Deployment & { spec: { template: { spec: { containers: { image: string }[]; serviceAccountName: string } } } }
  >(deployments);
  expect(deployment?.spec.template.spec).toMatchObject({
    containers: [{ image: 'hub/proxyv2:1' }],
    serviceAccountName: 'istio-eastwest',
  });
  const uid = it.own(gateways)?.metadata.uid;
  for (const kind of [services, deployments, serviceAccounts])
    expect(it.own(kind)?.metadata.ownerReferences?.[0]?.uid).toBe(uid);
});

test('gateway: is programmed when the load balancer has its address and a replica is available; says what it waits for', async () => {
  await using it = await world();
  await it.controller.reconcile();
  await it.controller.reconcile();
  expect(it.programmed()).toMatchObject({
    status: 'False',
    reason: 'AddressNotAssigned',
    message: 'waiting for address: the load balancer of service ew/istio-eastwest is pending',
  });
  it.update(services, { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } });
  await it.controller.reconcile();
  expect(it.programmed()).toMatchObject({ status: 'False', reason: 'Pending' });
  it.update(deployments, { availableReplicas: 1 });
  await it.controller.reconcile();
  expect(it.programmed()).toMatchObject({ status: 'True', reason: 'Programmed' });
  expect(it.own<Gateway>(gateways)?.status?.addresses).toEqual([{ type: 'Hostname', value: 'lb.example' }]);
});

test('gateway: nothing is written when nothing changed; what somebody deleted comes back', async () => {
  await using it = await world();
  await it.controller.reconcile();
  await it.controller.reconcile();
  it.kube.requests.length = 0;
  await it.controller.reconcile();
  expect(it.kube.requests).toEqual([]);
  it.kube.remove(services, 'istio-eastwest', 'ew');
  await it.controller.reconcile();
  expect(it.own(services)).toBeDefined();
});

test('gateway: one of another cluster is only reported on, other classes are left alone', async () => {
  await using remote = await world({ gatewayClassName: 'istio-remote', addresses: [{ value: '203.0.113.7' }] });
  await remote.controller.reconcile();
  expect(remote.own(deployments)).toBeUndefined();
  expect(remote.programmed()?.status).toBe('True');
  expect(remote.own<Gateway>(gateways)?.status?.addresses).toEqual([{ type: 'IPAddress', value: '203.0.113.7' }]);
  await using other = await world({ gatewayClassName: 'nginx' });
  await other.controller.reconcile();
  expect(other.own<Gateway>(gateways)?.status).toBeUndefined();
});

import { systemClock, virtualClock } from '@meshbed/core';
import { expect, it } from 'vitest';
import { createControllers } from '../controllers/index.ts';
import { streamHandlers } from '../streams/index.ts';
import { startTestCluster } from '../testing/cluster.ts';
import { deployment, FakeLoadBalancers, FakePodNetwork, pod } from '../testing/controlled-cluster.ts';
import { FakeRuntime } from '../testing/fake-runtime.ts';

it('removing a cluster: stops its workloads, gives addresses back, leaves no timer and ends streams', async () => {
  const clock = virtualClock(systemClock.now());
  const runtime = new FakeRuntime(clock);
  const podNetwork = new FakePodNetwork();
  const cluster = { runtime, podNetwork, loadBalancers: new FakeLoadBalancers() };
  await using test = await startTestCluster({ clock, cluster, parts: { createControllers, handlers: streamHandlers } });
  const node = { name: 'node-1', ip: '192.168.0.1', labels: {}, zone: 'us-east-2a', instanceType: '', providerId: '' };
  test.cluster.addNode(node);
  const { store } = test.cluster;
  store.create(deployment('web', 3));
  store.create(
    pod('alone', { containers: [{ name: 'app', image: 'echo', livenessProbe: { tcpSocket: { port: 1 } } }] }),
  );
  for (let turn = 0; turn < 5; turn++) await clock.advance(0);
  expect(runtime.workloads.size).toBe(4);
  const followed = test.call('GET', '/api/v1/namespaces/default/pods/alone/log?follow=true');
  await test.call('GET', '/api/v1/namespaces/default/pods');
  await test.server.removeCluster('test');
  expect([runtime.workloads.size, podNetwork.attached.size, clock.pending]).toEqual([0, 0, 0]);
  expect((await followed).code).toBe(200);
});

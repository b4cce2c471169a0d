import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { ArmError } from './errors.ts';
import { principals, startTestAzure } from './testing/azure.ts';

const version = 'api-version=2025-05-01';
const pool = { name: 'nodepool1', count: 2, vmSize: 'Standard_DS2_v2', mode: 'System' };

test('reset: a subscription is empty at once, whatever takes long or fails; another one stays', async () => {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const faults = ({ when }: { when: string }) => (when === 'operation' ? new ArmError(500, 'Broke', '') : undefined);
  let isBroken = false;
  await using azure = await startTestAzure({
    clock,
    profile: 'real',
    faults: (each) => (isBroken ? faults(each) : undefined),
  });
  const group = (who: 'owner' | 'stranger') => `/subscriptions/${principals[who].subscription}/resourceGroups/rg`;
  for (const who of ['owner', 'stranger'] as const)
    await azure.call('PUT', `${group(who)}?${version}`, { who, body: { location: 'eastus' } });
  const cluster = `${group('owner')}/providers/Microsoft.ContainerService/managedClusters/k1?${version}`;
  const body = { location: 'eastus', properties: { dnsPrefix: 'k1', agentPoolProfiles: [pool] } };
  await azure.call('PUT', cluster, { body });
  await clock.advance(600_000);
  expect(azure.kubernetes.nodes.size).toBe(2);
  isBroken = true;

  await azure.server.reset(principals.owner.subscription);
  expect(azure.kubernetes.nodes.size).toBe(0);
  expect(azure.cloud.world.resources.below(`/subscriptions/${principals.owner.subscription}`)).toEqual([]);
  expect((await azure.call('GET', `${group('owner')}?${version}`)).status).toBe(404);
  expect((await azure.call('GET', `${group('stranger')}?${version}`, { who: 'stranger' })).status).toBe(200);
  isBroken = false;
  await azure.call('PUT', `${group('owner')}?${version}`, { body: { location: 'eastus' } });
  expect((await azure.call('PUT', cluster, { body })).status).toBe(201);
});

test('calls that fail: before anything is done, reading ones too', async () => {
  const seen: string[] = [];
  await using azure = await startTestAzure({
    calls: ({ method, id, caller }) => {
      seen.push(`${method} ${id.split('/').at(-1)} ${caller === principals.owner.clientId}`);
      return Promise.resolve(
        method === 'PUT' ? new ArmError(429, 'SubscriptionRequestsThrottled', 'x', { 'retry-after': '1' }) : undefined,
      );
    },
  });
  const group = `/subscriptions/${principals.owner.subscription}/resourceGroups/rg?${version}`;
  expect(await azure.call('PUT', group, { body: { location: 'eastus' } })).toMatchObject({
    status: 429,
    headers: { 'retry-after': '1' },
  });
  expect((await azure.call('GET', group)).status).toBe(404);
  expect(seen).toEqual(['PUT rg true', 'GET rg true']);
});

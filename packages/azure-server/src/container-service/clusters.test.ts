import { virtualClock, type VirtualClock } from '@meshbed/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ArmError } from '../errors.ts';
import { principals, startTestAzure, type TestAzure, tokenOf } from '../testing/azure.ts';
import type { Faults } from '../world.ts';

const { subscription } = principals.owner;
const root = `/subscriptions/${subscription}`;
const group = `${root}/resourceGroups/rg1`;
const version = 'api-version=2025-05-01';
const at = (name: string) => `${group}/providers/Microsoft.ContainerService/managedClusters/${name}?${version}`;
const minute = 60_000;

let clock: VirtualClock;
let azure: TestAzure;
let faults: Faults | undefined;
beforeEach(async () => {
  clock = virtualClock(Date.UTC(2026, 0, 1));
  faults = undefined;
  azure = await startTestAzure({ clock, profile: 'real', faults: (change) => faults?.(change) });
  await azure.call('PUT', `${group}?${version}`, { body: { location: 'eastus' } });
});
afterEach(() => azure[Symbol.asyncDispose]());

const pool = { name: 'nodepool1', count: 2, vmSize: 'Standard_DS2_v2', mode: 'System' };
const cluster = (properties: object = {}, more: object = {}) => ({
  location: 'eastus',
  properties: { dnsPrefix: 'k1', agentPoolProfiles: [pool], ...properties },
  ...more,
});
const put = (name = 'k1', body: object = cluster()) => azure.call('PUT', at(name), { body });
const stateOf = async (name: string) => (await azure.call('GET', at(name))).body.properties?.provisioningState;
const operation = async ({ headers }: { headers: Readonly<Record<string, string>> }) =>
  (await azure.call('GET', headers['azure-asyncoperation'] ?? '')).body;

describe('long-running operations', () => {
  test('a cluster is Creating for four minutes, then there with its nodes', async () => {
    const accepted = await put();
    expect([accepted.status, accepted.headers['retry-after']]).toEqual([201, '10']);
    await clock.advance(4 * minute - 1);
    expect([await stateOf('k1'), (await operation(accepted)).status]).toEqual(['Creating', 'InProgress']);
    expect((await azure.call('GET', accepted.headers['location'] ?? '')).status).toBe(202);
    await clock.advance(1);
    expect([await stateOf('k1'), (await operation(accepted)).status]).toEqual(['Succeeded', 'Succeeded']);
    expect((await azure.call('GET', accepted.headers['location'] ?? '')).body).toMatchObject({ name: 'k1' });
    expect([...azure.kubernetes.nodes.keys()].map((name) => name.replace(/\d{8}/, 'N'))).toEqual([
      'aks-nodepool1-N-vmss000000',
      'aks-nodepool1-N-vmss000001',
    ]);
  });

  test('one that fails says why, in the operation and in the cluster; a second PUT tries again', async () => {
    faults = ({ when, method }) =>
      when === 'operation' && method === 'PUT'
        ? new ArmError(409, 'OverconstrainedAllocationRequest', 'no room')
        : undefined;
    const accepted = await put();
    await clock.advance(0);
    const error = { code: 'OverconstrainedAllocationRequest', message: 'no room' };
    expect(await operation(accepted)).toMatchObject({ status: 'Failed', error });
    expect((await azure.call('GET', at('k1'))).body.properties).toMatchObject({ status: { provisioningError: error } });
    faults = undefined;
    expect((await put()).status).toBe(200);
    await clock.advance(4 * minute);
    expect(await stateOf('k1')).toBe('Succeeded');
  });

  test('one at a time: changes and deletion while it is Creating are conflicts', async () => {
    await put();
    for (const answer of [await put(), await azure.call('DELETE', at('k1'))])
      expect([answer.status, answer.body.error.code]).toEqual([409, 'OperationNotAllowed']);
  });

  test('the group goes with everything in it, also the node resource group', async () => {
    await put();
    await clock.advance(4 * minute);
    const { status, headers } = await azure.call('DELETE', `${group}?${version}`);
    expect([status, headers['azure-asyncoperation']]).toEqual([202, undefined]);
    expect((await put('k2')).body.error.code).toBe('ResourceGroupBeingDeleted');
    await clock.advance(5 * minute);
    expect((await azure.call('GET', headers['location'] ?? '')).status).toBe(204);
    expect((await azure.call('GET', `${root}/resourceGroups?${version}`)).body.value).toEqual([]);
    expect([azure.fabric.vpcs.size, azure.fabric.interfaces.size, azure.kubernetes.clusters.size]).toEqual([0, 0, 0]);
  });

  test('a token serves for an hour', async () => {
    const token = tokenOf(azure.cloud, 'owner');
    await clock.advance(3600 * 1000);
    expect((await azure.call('GET', `${group}?${version}`, { token })).body.error.code).toBe(
      'ExpiredAuthenticationToken',
    );
  });
});

describe('refused', () => {
  test.each<[string, object, string, RegExp]>([
    ['more cores than the quota', cluster({ agentPoolProfiles: [{ ...pool, count: 11 }] }), 'ErrCode_InsufficientVCPUQuota', /quota 20, requested quota 22/],
    ['an unknown size', cluster({ agentPoolProfiles: [{ ...pool, vmSize: 'Standard_X' }] }), 'BadRequest', /Standard_X.*standard_ds2_v2/],
    ['system nodes that are too small', cluster({ agentPoolProfiles: [{ ...pool, vmSize: 'Standard_B1s' }] }), 'InvalidParameter', /cores: 1/],
    ['an unknown region', cluster({}, { location: 'moon' }), 'LocationNotAvailableForResourceType', /'moon'/],
    ['no system pool', cluster({ agentPoolProfiles: [{ ...pool, mode: 'User' }] }), 'InvalidParameter', /system pool/],
    ['a pool name in capitals', cluster({ agentPoolProfiles: [{ ...pool, name: 'Pool' }] }), 'InvalidParameter', /'Pool'/],
    ['an old Kubernetes', cluster({ kubernetesVersion: '1.12.1' }), 'K8sVersionNotSupported', /1\.12\.1/],
    ['no DNS prefix', cluster({ dnsPrefix: '' }), 'InvalidParameter', /dnsPrefix/],
    ['pods outside of the network', cluster({ networkProfile: { networkPlugin: 'azure', networkPluginMode: 'overlay' } }), 'NotSupportedBySandbox', /networkPluginMode/],
    ['a private cluster', cluster({ apiServerAccessProfile: { enablePrivateCluster: true } }), 'NotSupportedBySandbox', /apiServerAccessProfile/],
    ['a member of its own invention', cluster({ turbo: true }), 'InvalidParameter', /properties\.turbo/],
    ['zones where there are none', cluster({ agentPoolProfiles: [{ ...pool, availabilityZones: ['1'] }] }, { location: 'westus' }), 'AvailabilityZoneNotSupported', /westus/],
  ])('%s', async (_, body, code, says) => {
    const { status, body: answer } = await put('k1', body);
    expect([status, answer.error.code]).toEqual([400, code]);
    expect(answer.error.message).toMatch(says);
    expect((await azure.call('GET', at('k1'))).status).toBe(404);
  }); // prettier-ignore

  test('what az sends for nothing ("", 0, null) means the default', async () => {
    const empty = {
      ...pool,
      osDiskSizeGB: 0,
      orchestratorVersion: '',
      nodeTaints: [],
      spotMaxPrice: -1,
      enableFIPS: false,
    };
    await put(
      'k1',
      cluster({ kubernetesVersion: '', agentPoolProfiles: [empty], addonProfiles: {}, storageProfile: {} }),
    );
    const { properties } = (await azure.call('GET', at('k1'))).body;
    expect(properties).toMatchObject({ kubernetesVersion: '1.32', currentKubernetesVersion: '1.32.4' });
    expect(properties.agentPoolProfiles[0]).toMatchObject({ osDiskSizeGB: 128, orchestratorVersion: '1.32' });
  });

  test.each<[string, object, string]>([
    ['another region', cluster({}, { location: 'westus' }), 'InvalidResourceLocation'],
    ['another DNS prefix', cluster({ dnsPrefix: 'k2' }), 'PropertyChangeNotAllowed'],
    [
      'more nodes than the quota',
      cluster({ agentPoolProfiles: [{ ...pool, count: 11 }] }),
      'ErrCode_InsufficientVCPUQuota',
    ],
  ])('a cluster that is there: %s', async (_, body, code) => {
    await put();
    await clock.advance(4 * minute);
    expect((await put('k1', body)).body.error.code).toBe(code);
    expect(await stateOf('k1')).toBe('Succeeded');
  });
});

describe('network', () => {
  test('a service has a public address of its own until it goes; nodes leave under another', async () => {
    await put();
    await clock.advance(4 * minute);
    const [hosted] = azure.kubernetes.clusters.values();
    const frontend = {
      uid: 'u-1',
      service: 'web/web',
      ports: [{ name: '', port: 80 }],
      internal: false,
      targets: () => [],
    };
    expect(await hosted?.frontends.ensure(frontend)).toMatchObject({
      pending: expect.stringMatching(/Updating/) as string,
    });
    await clock.advance(minute);
    const balanced = await hosted?.frontends.ensure(frontend);
    const list = async (type: string) =>
      (
        await azure.call(
          'GET',
          `${root}/resourceGroups/MC_rg1_k1_eastus/providers/Microsoft.Network/${type}?${version}`,
        )
      ).body.value;
    const addresses: string[] = (await list('publicIPAddresses')).map(
      ({ properties }: { properties: { ipAddress: string } }) => properties.ipAddress,
    );
    expect(addresses).toHaveLength(2);
    expect(balanced).toEqual({ ip: addresses[1] });
    expect((await list('loadBalancers'))[0].properties.loadBalancingRules).toHaveLength(1);
    expect((await list('networkSecurityGroups'))[0].properties.securityRules).toHaveLength(1);
    const [outbound] = azure.fabric.outboundRules.values();
    expect(outbound).toMatchObject({ publicIp: addresses[0] });
    await hosted?.frontends.remove('u-1');
    expect(await list('publicIPAddresses')).toHaveLength(1);
    expect((await list('networkSecurityGroups'))[0].properties.securityRules).toHaveLength(0);
  });
});

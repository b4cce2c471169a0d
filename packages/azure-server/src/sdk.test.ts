import { ContainerServiceClient } from '@azure/arm-containerservice';
import { ResourceManagementClient } from '@azure/arm-resources';
import { ClientSecretCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { principals, secret, startTestAzure, type TestAzure, type Who } from './testing/azure.ts';

let azure: TestAzure;
beforeAll(async () => {
  azure = await startTestAzure();
});
afterAll(() => azure[Symbol.asyncDispose]());

const polls = { updateIntervalInMs: 10 };
const cluster = {
  location: 'eastus',
  identity: { type: 'SystemAssigned' as const },
  dnsPrefix: 'k1',
  agentPoolProfiles: [{ name: 'nodepool1', count: 1, vmSize: 'Standard_DS2_v2', mode: 'System' }],
  networkProfile: { networkPlugin: 'azure' as const },
};

/** Azure's own clients, as a principal of the test. */
function clients(who: Who, clientSecret: string = secret) {
  const { tenant, clientId } = principals[who];
  const { subscription } = principals.owner;
  const { url: endpoint } = azure.server;
  const tlsOptions = { ca: azure.ca };
  const credential = new ClientSecretCredential(tenant, clientId, clientSecret, {
    authorityHost: endpoint,
    disableInstanceDiscovery: true,
    tlsOptions,
    retryOptions: { maxRetries: 0 },
  });
  const retryOptions = { maxRetries: 0 };
  return {
    groups: new ResourceManagementClient(credential, subscription, { endpoint, tlsOptions, retryOptions })
      .resourceGroups,
    aks: new ContainerServiceClient(credential, subscription, { endpoint, tlsOptions, retryOptions }),
  };
}

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

const failure = (call: Promise<unknown>): Promise<{ statusCode?: number; code?: string; message: string }> =>
  call.then(
    () => ({ message: 'no error' }),
    (error: Error) => error,
  );

describe('official clients', () => {
  test('group and cluster: created, listed, credentials, pools, deleted', async () => {
    const { groups, aks } = clients('owner');
    expect(await groups.checkExistence('rg1')).toMatchObject({ body: false });
    expect(await groups.createOrUpdate('rg1', { location: 'East US', tags: { a: 'b' } })).toMatchObject({
      location: 'eastus',
      tags: { a: 'b' },
    });
    const made = await aks.managedClusters.createOrUpdate('rg1', 'k1', cluster, polls);
    expect(made).toMatchObject({ provisioningState: 'Succeeded', nodeResourceGroup: 'MC_rg1_k1_eastus' });
    expect(made.fqdn).toMatch(/^k1-[0-9a-f]{8}\.hcp\.eastus\.azmk8s\.io$/);
    for (const list of [aks.managedClusters.list(), aks.managedClusters.listByResourceGroup('RG1')])
      expect((await all(list)).map(({ name }) => name)).toEqual(['k1']);
    const [user] = (await aks.managedClusters.listClusterUserCredentials('rg1', 'k1')).kubeconfigs ?? [];
    expect(JSON.parse(Buffer.from(user?.value ?? '').toString())).toMatchObject({ 'current-context': 'k1' });
    const pool = await aks.agentPools.createOrUpdate('rg1', 'k1', 'extra', { count: 2, vmSize: 'Standard_B2s' }, polls);
    expect(pool).toMatchObject({ count: 2, mode: 'User', provisioningState: 'Succeeded' });
    expect(azure.kubernetes.nodes.size).toBe(3);
    await aks.agentPools.delete('rg1', 'k1', 'extra', polls);
    expect([...azure.kubernetes.nodes.values()].map((node) => node.pool)).toEqual(['nodepool1']);
    await aks.managedClusters.delete('rg1', 'k1', polls);
    expect(await failure(aks.managedClusters.get('rg1', 'k1'))).toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
    await groups.beginDeleteAndWait('rg1', polls);
    expect(await all(groups.list())).toEqual([]);
    expect(azure.fabric.vpcs.size + azure.fabric.interfaces.size + azure.fabric.elasticIps.size).toBe(0);
  });

  test.each<[string, Who, string, object]>([
    ['a token of another tenant', 'stranger', secret, { statusCode: 401, code: 'InvalidAuthenticationTokenTenant' }],
    ['nobody', 'nobody', secret, { statusCode: 403, code: 'AuthorizationFailed' }],
    ['a reader who writes', 'reader', secret, { statusCode: 403, code: 'AuthorizationFailed' }],
    ['a wrong secret', 'owner', 'guessed', { message: expect.stringContaining('AADSTS7000215') as string }],
  ])('%s: refused', async (_, who, given, expected) => {
    expect(await failure(clients(who, given).groups.createOrUpdate('rg2', { location: 'eastus' }))).toMatchObject(
      expected,
    );
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { principals, startTestAzure, type TestAzure } from '../testing/azure.ts';

const { subscription } = principals.owner;
const root = `/subscriptions/${subscription}`;
const version = 'api-version=2024-07-01';
let azure: TestAzure;

beforeAll(async () => {
  azure = await startTestAzure();
  await azure.call('PUT', `${root}/resourceGroups/rg1?${version}`, { body: { location: 'eastus' } });
  const pool = { name: 'nodepool1', mode: 'System', count: 2, vmSize: 'Standard_DS2_v2' };
  const properties = { dnsPrefix: 'k', agentPoolProfiles: [pool], networkProfile: { networkPlugin: 'azure' } };
  await azure.call(
    'PUT',
    `${root}/resourceGroups/rg1/providers/Microsoft.ContainerService/managedClusters/k?${version}`,
    { body: { location: 'eastus', properties } },
  );
});
afterAll(() => azure[Symbol.asyncDispose]());

const list = async (path: string) => (await azure.call('GET', `${root}/providers/${path}`)).body;

test.each([
  ['eastus', 'cores', 4],
  ['eastus', 'standardDSv2Family', 4],
  ['eastus', 'standardBSFamily', 0],
  ['WestEurope', 'cores', 0],
])('usage in %s of %s: %d', async (location, name, used) => {
  const { value } = await list(`Microsoft.Compute/locations/${location}/usages?${version}`);
  const found = (value as { name: { value: string } }[]).find((each) => each.name.value === name);
  expect(found).toMatchObject({ currentValue: used, limit: 20 });
});

test('sizes of a region, with their family and cores', async () => {
  const filter = encodeURIComponent("location eq 'eastus'");
  const { value } = await list(`Microsoft.Compute/skus?${version}&$filter=${filter}`);
  expect(value).toContainEqual(
    expect.objectContaining({ name: 'Standard_D2as_v5', family: 'standardDASv5Family', locations: ['eastus'] }),
  );
});

test('a region that does not exist: an error that names it', async () => {
  const { error } = await list(`Microsoft.Compute/locations/moon/usages?${version}`);
  expect(error).toMatchObject({ code: 'NoRegisteredProviderFound', message: expect.stringContaining("'moon'") });
});

test('versions of Kubernetes, one of them the default', async () => {
  const { values } = await list(`Microsoft.ContainerService/locations/eastus/kubernetesVersions?${version}`);
  expect((values as { isDefault: boolean }[]).filter(({ isDefault }) => isDefault)).toHaveLength(1);
});

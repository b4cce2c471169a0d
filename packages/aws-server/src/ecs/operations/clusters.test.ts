import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  ListClustersCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asAdministrator } from '../../testing/roles.ts';
import { external, type TestServer, testServer } from '../../testing/server.ts';

let server: TestServer;
let ecs: ECSClient;
beforeAll(async () => {
  server = await testServer();
  ecs = new ECSClient(server.client());
});
afterAll(() => server[Symbol.asyncDispose]());

const name = 'ecs-demo-1';
const arn = `arn:aws:ecs:us-east-2:111111111111:cluster/${name}`;
const tags = [{ key: 'ecs.solo.io/discovery-enabled', value: 'true' }];
const describe = async (clusters: string[]) => ecs.send(new DescribeClustersCommand({ clusters, include: ['TAGS'] }));

test('cluster: is active at once, and the same when made twice', async () => {
  const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: name, tags }));
  expect(cluster).toMatchObject({ clusterArn: arn, status: 'ACTIVE', tags });
  expect((await ecs.send(new CreateClusterCommand({ clusterName: name }))).cluster?.tags).toEqual(tags);
  expect((await describe([arn])).clusters).toMatchObject([{ clusterName: name, tags, activeServicesCount: 0 }]);
});

test('cluster: settings, capacity providers and defaults of the account', async () => {
  const call = (operation: string, input: object) => asAdministrator(server, 'ecs', operation, { ...input });
  await call('PutAccountSetting', { name: 'containerInsights', value: 'enabled' });
  const effective = await call('ListAccountSettings', { name: 'taskLongArnFormat', effectiveSettings: true });
  expect(effective).toMatchObject({ settings: [{ value: 'enabled' }] });
  const strategy = [{ capacityProvider: 'FARGATE', weight: 1 }];
  const fargate = { capacityProviders: ['FARGATE'], defaultCapacityProviderStrategy: strategy };
  const made = await call('CreateCluster', { clusterName: 'made', ...fargate });
  expect(made).toMatchObject({ cluster: { ...fargate, settings: [{ value: 'enabled' }] } });
  const settings = [{ name: 'containerInsights', value: 'disabled' }];
  await call('UpdateClusterSettings', { cluster: 'made', settings });
  const execute = { executeCommandConfiguration: { logging: 'DEFAULT' } };
  expect(await call('UpdateCluster', { cluster: 'made', configuration: execute })).toMatchObject({
    cluster: { settings, configuration: execute },
  });
  const none = { capacityProviders: [], defaultCapacityProviderStrategy: [] };
  expect(await call('PutClusterCapacityProviders', { cluster: 'made', ...none })).toMatchObject({ cluster: none });
  expect(await call('ListContainerInstances', { cluster: 'made' })).toEqual({ containerInstanceArns: [] });
  await call('DeleteCluster', { cluster: 'made' });
});

test('cluster: unknown ones are failures, other accounts see nothing', async () => {
  expect((await describe(['none'])).failures).toEqual([{ arn: arn.replace(name, 'none'), reason: 'MISSING' }]);
  const other = new ECSClient(server.client(external));
  expect((await other.send(new ListClustersCommand({}))).clusterArns).toEqual([]);
  await expect(other.send(new DescribeClustersCommand({ clusters: [arn] }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});

test('cluster: tags are added and removed', async () => {
  await ecs.send(new TagResourceCommand({ resourceArn: arn, tags: [{ key: 'owner', value: 'me' }] }));
  await ecs.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['ecs.solo.io/discovery-enabled'] }));
  const listed = await ecs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
  expect(listed.tags).toEqual([{ key: 'owner', value: 'me' }]);
});

const failing: [string, () => Promise<unknown>, string][] = [
  [
    'a capacity provider that is not there',
    () => ecs.send(new CreateClusterCommand({ clusterName: 'x', capacityProviders: ['mine'] })),
    'InvalidParameterException',
  ],
  [
    'a strategy of providers that the cluster lacks',
    () =>
      ecs.send(
        new CreateClusterCommand({
          clusterName: 'x',
          defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE' }],
        }),
      ),
    'InvalidParameterException',
  ],
  [
    'tags of an unknown resource',
    () => ecs.send(new ListTagsForResourceCommand({ resourceArn: `${arn}x` })),
    'InvalidParameterException',
  ],
  [
    'a reserved tag',
    () => ecs.send(new TagResourceCommand({ resourceArn: arn, tags: [{ key: 'aws:x', value: '' }] })),
    'InvalidParameterException',
  ],
  [
    'deleting an unknown cluster',
    () => ecs.send(new DeleteClusterCommand({ cluster: 'none' })),
    'ClusterNotFoundException',
  ],
  ['a name with blanks', () => ecs.send(new CreateClusterCommand({ clusterName: 'a b' })), 'InvalidParameterException'],
  [
    'capacity providers',
    () => ecs.send(new CreateClusterCommand({ clusterName: 'x', capacityProviders: ['X'] })),
    'InvalidParameterException',
  ],
];
test.each(failing)('cluster: %s fails', async (_, call, error) => {
  await expect(call()).rejects.toMatchObject({ name: error });
});

test('cluster: a deleted one is inactive, not listed, and can be made again', async () => {
  await ecs.send(new DeleteClusterCommand({ cluster: name }));
  expect((await describe([name])).clusters).toMatchObject([{ status: 'INACTIVE' }]);
  expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toEqual([]);
  expect((await ecs.send(new CreateClusterCommand({ clusterName: name }))).cluster?.status).toBe('ACTIVE');
});

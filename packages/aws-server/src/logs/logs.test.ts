import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  ListTagsLogGroupCommand,
  TagLogGroupCommand,
  TagResourceCommand,
  UntagLogGroupCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { external, type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  server = await testServer();
  logs = new CloudWatchLogsClient(server.client());
});
afterAll(() => server[Symbol.asyncDispose]());

const logGroupName = '/ecs/ecs-demo';
const logStreamName = 'demo/echo/1';
const stream = { logGroupName, logStreamName };
const group = async () =>
  (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }))).logGroups?.[0];

test('log groups: are created once, described, tagged, given a retention', async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName, tags: { owner: 'me' } }));
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName }))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
  const found = await group();
  expect(found).toMatchObject({ logGroupName, retentionInDays: 7 });
  expect(found?.arn).toBe('arn:aws:logs:us-east-2:111111111111:log-group:/ecs/ecs-demo:*');
  const resourceArn = found?.logGroupArn ?? '';
  await logs.send(new TagResourceCommand({ resourceArn, tags: { team: 'mesh' } }));
  await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['owner'] }));
  expect((await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ team: 'mesh' });
  await logs.send(new TagLogGroupCommand({ logGroupName, tags: { stage: 'test' } }));
  await logs.send(new UntagLogGroupCommand({ logGroupName, tags: ['team'] }));
  expect((await logs.send(new ListTagsLogGroupCommand({ logGroupName }))).tags).toEqual({ stage: 'test' });
});

test('log groups: another account does not see them', async () => {
  const others = new CloudWatchLogsClient(server.client(external));
  expect((await others.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
});

test('log events: are read back by page, forwards and backwards', async () => {
  await logs.send(new CreateLogStreamCommand(stream));
  const logEvents = ['one', 'two', 'three', 'four'].map((message, index) => ({ timestamp: 1000 + index, message }));
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
  const read = async (more: { limit?: number; startFromHead?: boolean; nextToken?: string | undefined }) => {
    const answer = await logs.send(new GetLogEventsCommand({ ...stream, ...more }));
    return { ...answer, texts: answer.events?.map(({ message }) => message) };
  };
  expect((await read({ limit: 2 })).texts).toEqual(['three', 'four']);
  const head = await read({ limit: 3, startFromHead: true });
  expect(head.texts).toEqual(['one', 'two', 'three']);
  const rest = await read({ limit: 3, nextToken: head.nextForwardToken });
  expect(rest.texts).toEqual(['four']);
  const end = await read({ limit: 3, nextToken: rest.nextForwardToken });
  expect([end.texts, end.nextForwardToken]).toEqual([[], rest.nextForwardToken]);
});

const patterns: [string | undefined, string[]][] = [
  [undefined, ['one', 'two', 'three', 'four']],
  ['o', ['one', 'two', 'four']],
  ['o -w', ['one', 'four']],
  ['?one ?three', ['one', 'three']],
  ['"our"', ['four']],
];
test.each(patterns)('log events: filter pattern %s', async (filterPattern, messages) => {
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
  expect(events?.map(({ message }) => message)).toEqual(messages);
});

test('log streams: tell their first and last event', async () => {
  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
  expect(logStreams).toMatchObject([{ logStreamName, firstEventTimestamp: 1000, lastEventTimestamp: 1003 }]);
});

const missing = { logGroupName: '/no/such', logStreamName: 'none' };
const failing: [string, () => Promise<unknown>, string][] = [
  ['stream in a missing group', () => logs.send(new CreateLogStreamCommand(missing)), 'ResourceNotFoundException'],
  ['stream twice', () => logs.send(new CreateLogStreamCommand(stream)), 'ResourceAlreadyExistsException'],
  [
    'events of a missing stream',
    () => logs.send(new GetLogEventsCommand({ ...stream, logStreamName: 'none' })),
    'ResourceNotFoundException',
  ],
  ['deleting a missing group', () => logs.send(new DeleteLogGroupCommand(missing)), 'ResourceNotFoundException'],
  [
    'odd retention',
    () => logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 })),
    'InvalidParameterException',
  ],
  [
    'JSON pattern',
    () => logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.a = 1 }' })),
    'InvalidParameterException',
  ],
  ['foreign token', () => logs.send(new DescribeLogGroupsCommand({ nextToken: 'x' })), 'InvalidParameterException'],
];
test.each(failing)('logs: %s fails', async (_, call, name) => {
  await expect(call()).rejects.toMatchObject({ name });
});

test('log groups: deleted ones are gone', async () => {
  await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  expect(await group()).toBeUndefined();
});

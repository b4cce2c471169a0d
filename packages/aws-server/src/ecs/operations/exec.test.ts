import { once } from 'node:events';
import { ExecuteCommandCommand, type ExecuteCommandCommandInput, StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { decodeMessage, encodeMessage, payloadTypes } from '../../data-channel/message.ts';
import { cluster, echo, type EcsBed, ecsBed } from '../../testing/ecs.ts';
import { asAdministrator } from '../../testing/roles.ts';

let bed: EcsBed;
beforeEach(async () => void (bed = await ecsBed()));
afterEach(() => bed[Symbol.asyncDispose]());

const settle = () => bed.clock.advance(10);
const running = async (more: object = {}) => {
  const { taskArn } = await bed.run({ enableExecuteCommand: true, ...more });
  await settle();
  return taskArn ?? '';
};
const execute = (task: string, more: Partial<ExecuteCommandCommandInput> = {}) =>
  bed.ecs.send(new ExecuteCommandCommand({ cluster, task, command: 'sh -c "echo hi"', interactive: true, ...more }));

test('exec: the agent runs soon after the task, and the session names what it is for', async () => {
  await using slow = await ecsBed({ profile: 'real' });
  const { taskArn = '' } = await slow.run({ enableExecuteCommand: true });
  const agent = async () => (await slow.task(taskArn)).containers?.[0]?.managedAgents?.[0];
  expect(await agent()).toMatchObject({ name: 'ExecuteCommandAgent', lastStatus: 'PENDING' });
  await slow.clock.advance(39_000);
  expect([(await slow.task(taskArn)).lastStatus, (await agent())?.lastStatus]).toEqual(['RUNNING', 'PENDING']);
  const early = slow.ecs.send(new ExecuteCommandCommand({ cluster, task: taskArn, command: 'sh', interactive: true }));
  await expect(early).rejects.toThrow(/agent isn't running. Wait and try again/);
  await slow.clock.advance(5000);
  expect(await agent()).toMatchObject({ lastStatus: 'RUNNING', lastStartedAt: expect.any(Date) });
  const answer = await slow.ecs.send(
    new ExecuteCommandCommand({ cluster, task: taskArn, command: 'sh', interactive: true }),
  );
  expect(answer).toMatchObject({ taskArn, containerName: 'echo', interactive: true });
  expect(answer.session?.sessionId).toMatch(/^ecs-execute-command-[0-9a-f]{17}$/);
  const { port } = new URL(slow.server.aws.url);
  expect(answer.session?.streamUrl).toBe(
    `ws://127.0.0.1:${port}/v1/data-channel/${answer.session?.sessionId}?role=publish_subscribe`,
  );
});

/** Reads the output of a session, acknowledging every frame. */
async function outputOf({
  streamUrl = '',
  tokenValue = '',
}: {
  streamUrl?: string;
  tokenValue?: string;
}): Promise<string> {
  const socket = new WebSocket(streamUrl);
  let output = '';
  const send = (type: 'acknowledge' | 'input_stream_data', payloadType: number, content: object) => {
    const payload = Buffer.from(JSON.stringify(content));
    const id = '00000000-0000-4000-8000-000000000000';
    socket.send(encodeMessage({ type, createdAtMs: 0, sequence: 0, flags: 0, id, payloadType, payload }));
  };
  socket.on('open', () => socket.send(JSON.stringify({ MessageSchemaVersion: '1.0', TokenValue: tokenValue })));
  socket.on('message', (data: Buffer) => {
    const message = decodeMessage(data);
    if (message.type !== 'output_stream_data') return;
    send('acknowledge', payloadTypes.none, {
      AcknowledgedMessageType: message.type,
      AcknowledgedMessageId: message.id,
      AcknowledgedMessageSequenceNumber: message.sequence,
      IsSequentialMessage: true,
    });
    if (message.payloadType === payloadTypes.output) output += message.payload.toString();
    if (message.payloadType === payloadTypes.handshakeRequest) {
      const action = { ActionType: 'SessionType', ActionStatus: 1, ActionResult: null, Error: '' };
      send('input_stream_data', payloadTypes.handshakeResponse, {
        ClientVersion: '1',
        ProcessedClientActions: [action],
        Errors: [],
      });
    }
  });
  await once(socket, 'close');
  return output;
}

test('exec: the words of the command run in the container, its output comes back', async () => {
  const task = await running();
  const { session } = await execute(task, { command: `sh -c 'echo "$0 $1"; exit 3' a 'b c'` });
  expect(await outputOf(session as { streamUrl: string; tokenValue: string })).toBe('a b c\n');
  expect(bed.runtime.of(task).commands).toMatchObject([
    { container: 'echo', command: ['sh', '-c', 'echo "$0 $1"; exit 3', 'a', 'b c'] },
  ]);
});

interface Refusal {
  name: string;
  call: () => Promise<unknown>;
  error: string;
  message: RegExp;
}

const twoContainers = () => bed.register({ containerDefinitions: [echo, { name: 'shell', image: 'example/shell' }] });

const refused: Refusal[] = [
  {
    name: 'not enabled when the task was run',
    call: async () => execute(await running({ enableExecuteCommand: false })),
    error: 'InvalidParameterException',
    message: /execute command was not enabled when the task was run/,
  },
  {
    name: 'a task that still starts',
    call: async () => execute((await bed.run({ enableExecuteCommand: true })).taskArn ?? ''),
    error: 'InvalidParameterException',
    message: /agent isn't running/,
  },
  {
    name: 'an unknown task',
    call: () => execute('0123456789abcdef0123456789abcdef'),
    error: 'InvalidParameterException',
    message: /task was not found/,
  },
  {
    name: 'a stopped task',
    call: async () => {
      const task = await running();
      await bed.ecs.send(new StopTaskCommand({ cluster, task }));
      return execute(task);
    },
    error: 'InvalidParameterException',
    message: /stopping or stopped/,
  },
  {
    name: 'an unknown container',
    call: async () => execute(await running(), { container: 'none' }),
    error: 'ClientException',
    message: /container none was not found/,
  },
  {
    name: 'no container named, and several there',
    call: async () => {
      await twoContainers();
      return execute(await running());
    },
    error: 'InvalidParameterException',
    message: /specify the container name/,
  },
  {
    name: 'no terminal',
    call: async () => execute(await running(), { interactive: false }),
    error: 'InvalidParameterException',
    message: /Interactive must be set to true/,
  },
  {
    name: 'a read-only file system',
    call: async () => {
      await bed.register({ containerDefinitions: [{ ...echo, readonlyRootFilesystem: true }] });
      return execute(await running());
    },
    error: 'TargetNotConnectedException',
    message: /agent in the task is not connected/,
  },
  {
    name: 'an unknown cluster',
    call: async () => execute(await running(), { cluster: 'none' }),
    error: 'ClusterNotFoundException',
    message: /Cluster not found/,
  },
];

test.each(refused)('exec: $name is refused', async ({ call, error, message }) => {
  await expect(call()).rejects.toMatchObject({ name: error, message: expect.stringMatching(message) });
});

test('exec: a task role without ssmmessages is not connected, until it gets the permission', async () => {
  await using other = await ecsBed({ permissions: ['logs:*', 'ssmmessages:CreateControlChannel'] });
  const { taskArn = '' } = await other.run({ enableExecuteCommand: true });
  await other.clock.advance(10);
  const command = new ExecuteCommandCommand({ cluster, task: taskArn, command: 'sh', interactive: true });
  await expect(other.ecs.send(command)).rejects.toMatchObject({ name: 'TargetNotConnectedException' });
  expect((await other.task(taskArn)).containers?.[0]?.managedAgents).toMatchObject([
    {
      lastStatus: 'PENDING',
      reason: expect.stringMatching(/not authorized to perform: ssmmessages:CreateDataChannel/),
    },
  ]);
  const Statement = [{ Effect: 'Allow', Action: ['logs:*', 'ssmmessages:*'], Resource: '*' }];
  await asAdministrator(other.server, 'iam', 'PutRolePolicy', {
    RoleName: 'eks-ecs-task-role',
    PolicyName: 'inline',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  });
  await expect(other.ecs.send(command)).rejects.toThrow(/Wait and try again/);
  await other.clock.advance(10);
  expect((await other.ecs.send(command)).session).toBeDefined();
});

test('exec: a session that ends closes its websocket with the server', async () => {
  const { session } = await execute(await running(), { command: 'cat' });
  const socket = new WebSocket(session?.streamUrl ?? '');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await bed[Symbol.asyncDispose]();
  await expect(closed).resolves.toHaveLength(2);
});

test('exec: a task without a network path to ssmmessages is not connected', async () => {
  bed.server.fabric.internet.add({ names: ['ssmmessages.us-east-2.amazonaws.com'], ports: new Map([[443, 1]]) });
  const task = await running();
  await expect(execute(task)).rejects.toMatchObject({ name: 'TargetNotConnectedException' });
  const [container] = (await bed.task(task)).containers ?? [];
  expect(container?.managedAgents?.[0]?.reason).toMatch(/^ssmmessages.us-east-2.amazonaws.com is out of reach: /);
});

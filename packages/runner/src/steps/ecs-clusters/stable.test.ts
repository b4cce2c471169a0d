import type { ManagedAgent, Service, Task } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { stability, type ServiceSituation } from './stable.ts';

const key = { cluster: 'c', service: 'echo' };
const service: Service = { taskDefinition: 'td:2' };
const agent: ManagedAgent = { name: 'ExecuteCommandAgent', lastStatus: 'RUNNING' };
const container = { name: 'echo', managedAgents: [agent] };
const running: Task = { taskDefinitionArn: 'td:2', lastStatus: 'RUNNING', containers: [container] };
const failed = (reason: string, taskDefinitionArn = 'td:2'): Task => ({
  taskArn: 'arn:task/1',
  taskDefinitionArn,
  stopCode: 'TaskFailedToStart' as const,
  stoppedReason: reason,
});

test.each<[string, Partial<ServiceSituation>, string]>([
  ['no service', { service: undefined }, 'service echo is not visible yet'],
  ['no task', {}, 'service echo: no task of the present revision yet'],
  [
    'an old task only',
    { running: [{ ...running, taskDefinitionArn: 'td:1' }] },
    'service echo: no task of the present revision yet',
  ],
  ['a pending task', { running: [{ ...running, lastStatus: 'PENDING' }] }, 'service echo: task is PENDING'],
  [
    'an unhealthy ztunnel',
    { running: [{ ...running, containers: [container, { name: 'ztunnel', healthStatus: 'UNKNOWN' }] }] },
    'service echo: container ztunnel is UNKNOWN',
  ],
  [
    'an old task beside it',
    { running: [running, { ...running, taskDefinitionArn: 'td:1' }] },
    'service echo: 1 old task is still running',
  ],
  [
    'no agent',
    { running: [{ ...running, containers: [{ name: 'echo' }] }] },
    'service echo: the ECS Exec agent does not run yet',
  ],
  [
    'a role that is not visible yet',
    { stopped: [failed('ECS was unable to assume the role')] },
    'service echo: ECS was unable to assume the role',
  ],
  [
    'a failure of the old revision',
    { running: [running], stopped: [failed('CannotPullContainerError', 'td:1')] },
    'ready',
  ],
  ['all well', { running: [running] }, 'ready'],
])('stability: %s', (_name, situation, expected) => {
  const progress = stability(key, { service, running: [], stopped: [], ...situation });
  expect(progress.state === 'ready' ? 'ready' : progress.reason).toBe(expected);
});

test('stability: a task that cannot pull its image ends the wait with the reason', () => {
  const stopped = [failed('CannotPullContainerError: pull image x: not found')];
  expect(() => stability(key, { service, running: [], stopped })).toThrow(
    expect.objectContaining({
      code: 'cloud/task-failed',
      message: expect.stringContaining('CannotPullContainerError'),
      object: 'arn:task/1',
    }),
  );
});

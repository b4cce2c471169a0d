import { describe, expect, test } from 'vitest';
import type { ContainerStateStatus, Pod } from '../objects/index.ts';
import { ageOf, jsonPath } from './index.ts';
import { podStatusText } from './pod-columns.ts';

const now = Date.parse('2025-06-01T00:00:00Z');
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

test.each([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [330, '5m30s'],
  [3600, '60m'],
  [3 * 3600, '3h'],
  [4 * 3600 + 300, '4h5m'],
  [10 * 3600 + 300, '10h'],
  [3 * 86_400 + 3600, '3d1h'],
  [30 * 86_400, '30d'],
  [3 * 365 * 86_400, '3y'],
])('age: %s seconds', (seconds, shown) => {
  expect(ageOf(ago(seconds), now)).toBe(shown);
});

test('age: unknown without a time', () => {
  expect(ageOf(undefined, now)).toBe('<unknown>');
});

test.each<[string, unknown]>([
  ['.spec.size', 3],
  ['.spec.missing.deeper', undefined],
  ['.spec.list[1]', 'b'],
  ['.spec.list[*]', 'a,b'],
  ['.spec.items[*].name', 'x,y'],
  ['.spec.items[?(@.name=="y")].value', 2],
  [".metadata.labels['a.b/c']", 'd'],
  ['.metadata.labels.a\\.b/c', 'd'],
])('json path: %s', (path, expected) => {
  const object = {
    metadata: { labels: { 'a.b/c': 'd' } },
    spec: {
      size: 3,
      list: ['a', 'b'],
      items: [
        { name: 'x', value: 1 },
        { name: 'y', value: 2 },
      ],
    },
  };
  expect(jsonPath(object, path)).toEqual(expected);
});

describe('pod status', () => {
  const running: ContainerStateStatus = { running: { startedAt: ago(1) } };
  const waiting = (reason: string): ContainerStateStatus => ({ waiting: { reason } });
  const exited = (exitCode: number, reason: string): ContainerStateStatus => ({ terminated: { exitCode, reason } });
  const status = (state: ContainerStateStatus, index: number) => ({
    name: `c${index}`,
    image: '',
    imageID: '',
    ready: false,
    restartCount: 0,
    state,
  });
  const pod = (
    phase: 'Pending' | 'Running' | 'Succeeded',
    states: ContainerStateStatus[],
    init: ContainerStateStatus[] = [],
  ): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', uid: '', resourceVersion: '', creationTimestamp: '' },
    spec: { containers: [], initContainers: init.map((_state, index) => ({ name: `c${index}`, image: '' })) },
    status: { phase, containerStatuses: states.map(status), initContainerStatuses: init.map(status) },
  });

  test.each<[string, Pod]>([
    ['Pending', pod('Pending', [])],
    ['Running', pod('Running', [running])],
    ['ImagePullBackOff', pod('Pending', [waiting('ImagePullBackOff')])],
    ['CrashLoopBackOff', pod('Running', [running, waiting('CrashLoopBackOff')])],
    ['Error', pod('Running', [exited(1, 'Error')])],
    ['Completed', pod('Succeeded', [exited(0, 'Completed')])],
    ['Running', pod('Running', [exited(0, 'Completed'), running])],
    ['ExitCode:3', pod('Running', [exited(3, '')])],
    ['Init:1/2', pod('Pending', [waiting('PodInitializing')], [exited(0, 'Completed'), running])],
    ['Init:Error', pod('Pending', [waiting('PodInitializing')], [exited(1, 'Error')])],
    [
      'Terminating',
      {
        ...pod('Running', [running]),
        metadata: { name: 'a', uid: '', resourceVersion: '', creationTimestamp: '', deletionTimestamp: ago(0) },
      },
    ],
  ])('%s', (text, object) => {
    expect(podStatusText(object)).toBe(text);
  });
});

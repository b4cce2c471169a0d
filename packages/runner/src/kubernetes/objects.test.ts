import { expect, test } from 'vitest';
import { refuseZero, rolledOut } from './objects.ts';

const object = (kind: string, status: object, generation = 2) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'x', generation },
  spec: { replicas: 2 },
  status,
});

test.each([
  ['nothing', undefined, 'x does not exist yet'],
  ['an old status', object('Deployment', { observedGeneration: 1 }), 'x is being updated'],
  [
    'half',
    object('Deployment', { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 1 }),
    'x: 1 of 2 ready',
  ],
  [
    'an old replica',
    object('Deployment', { observedGeneration: 2, replicas: 3, updatedReplicas: 2, availableReplicas: 3 }),
    'x: 1 of 2 ready',
  ],
  [
    'all',
    object('Deployment', { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 }),
    'ready',
  ],
  ['no node', object('DaemonSet', { observedGeneration: 2, desiredNumberScheduled: 0 }), 'x: 0 of 0 ready'],
  [
    'daemons',
    object('DaemonSet', {
      observedGeneration: 2,
      desiredNumberScheduled: 2,
      numberReady: 2,
      updatedNumberScheduled: 2,
    }),
    'ready',
  ],
])('rollout: %s', (_name, live, expected) => {
  const progress = rolledOut(live, 'x');
  expect(progress.state === 'ready' ? 'ready' : progress.reason).toBe(expected);
});

test('rollout: a deployment that somebody scaled to 0 is not waited for', () => {
  const scaled = { ...object('Deployment', {}), spec: { replicas: 0 } };
  expect(() => refuseZero(scaled)).toThrow(
    expect.objectContaining({
      code: 'cloud/scaled-to-zero',
      next: 'kubectl scale deployment x -n default --replicas=1',
    }),
  );
  expect(() => refuseZero(object('Deployment', {}))).not.toThrow();
});

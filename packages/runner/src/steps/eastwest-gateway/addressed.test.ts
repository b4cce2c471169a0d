import { expect, test } from 'vitest';
import { addressed } from './index.ts';

const object = (more: object) => ({ apiVersion: 'v1', kind: 'x', metadata: { name: 'gw' }, ...more });
const balanced = (ingress: object[]) =>
  object({ spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress } } });
const gateway = (status: string, message?: string) =>
  object({ status: { conditions: [{ type: 'Programmed', status, message }] } });

test.each([
  ['no service', [], undefined, 'no Service of type LoadBalancer for the gateway yet'],
  ['no address', [balanced([])], undefined, 'the load balancer of Service gw has no address yet'],
  ['no status', [balanced([{ hostname: 'h' }])], undefined, 'the gateway is not programmed: no status yet'],
  [
    'not programmed',
    [balanced([{ hostname: 'h' }])],
    gateway('False', 'quota'),
    'the gateway is not programmed: quota',
  ],
  ['programmed', [balanced([{ hostname: 'h' }])], gateway('True'), 'h'],
])('east-west gateway: %s', (_name, services, live, expected) => {
  const progress = addressed(services, live);
  expect(progress.state === 'ready' ? progress.value : progress.reason).toBe(expected);
});

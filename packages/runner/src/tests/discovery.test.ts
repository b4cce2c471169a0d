import { expect, test } from 'vitest';
import { hboneAmong } from './discovery.ts';

const workload = { name: 'ecs-task-1', namespace: 'ecs-1', protocol: 'HBONE' as const, workloadIps: ['192.168.0.9'] };
const stray = { ...workload, namespace: 'istio-system', protocol: 'TCP' as const };

test.each([
  ['an enrolled task', [workload], ['ecs-task-1 192.168.0.9'], []],
  [
    'a task that nobody enrolled',
    [{ ...stray, services: ['istio-system/echo-service.ecs-1.ecs.local'] }],
    [],
    ['ecs-task-1 in istio-system is TCP instead of HBONE: it is not enrolled'],
  ],
  [
    'a task whose ztunnel does not run',
    [{ ...workload, protocol: 'TCP' as const }],
    [],
    ['ecs-task-1 in ecs-1 is TCP instead of HBONE: it has no healthy ztunnel'],
  ],
  ['what has nothing to do with the clusters', [stray], [], []],
])('HBONE workloads: %s', (_name, workloads, found, instead) => {
  expect(hboneAmong(workloads, ['ecs-1'])).toEqual({ found, instead });
});

import { expect, test } from 'vitest';
import { missingIn } from './discovery.ts';

const namespace = 'ecs-1';
const service = {
  name: 'ecs-service-c-echo-service',
  namespace,
  hostname: 'echo-service.c.ecs.local',
  vips: ['eks/240.240.0.2'],
};
const workload = {
  name: 'ecs-task-1',
  namespace,
  protocol: 'HBONE' as const,
  workloadIps: ['192.168.0.9'],
  services: [`${namespace}/echo-service.c.ecs.local`],
};
const expected = {
  namespace,
  services: ['echo-service'],
  workloads: ['echo-service'],
  host: 'echo-service.c.ecs.local:8080',
};

test.each([
  ['everything', [service], [workload], undefined],
  ['no service', [], [workload], 'the proxies know no service echo-service in ecs-1 yet'],
  [
    'a service that is not enrolled',
    [{ ...service, namespace: 'istio-system', hostname: `echo-service.${namespace}.ecs.local` }],
    [],
    'the proxies know no service echo-service in ecs-1 yet, but in istio-system: it is not enrolled',
  ],
  ['no address', [{ ...service, vips: [] }], [workload], 'service echo-service in ecs-1 has no address yet'],
  ['no workload', [service], [], 'the proxies know no workload of echo-service in ecs-1 yet'],
  [
    'a workload that is not enrolled',
    [service],
    [{ ...workload, protocol: 'TCP' as const }],
    'workload echo-service in ecs-1 is not in the mesh: TCP instead of HBONE',
  ],
])('discovery: %s', (_name, services, workloads, missing) => {
  expect(missingIn(expected, { services, workloads })).toBe(missing);
});

test.each([
  ['the tasks that run', ['192.168.0.9'], undefined],
  ['a new task', ['192.168.0.8'], "the proxies don't know 192.168.0.8 yet, a workload of echo-service in ecs-1"],
  ['a task that is gone', [], 'the proxies still know 192.168.0.9, which was a workload of echo-service in ecs-1'],
])('discovery: %s', (_name, addresses, missing) => {
  const services = [service];
  expect(
    missingIn({ ...expected, addresses: { 'echo-service': addresses } }, { services, workloads: [workload] }),
  ).toBe(missing);
});

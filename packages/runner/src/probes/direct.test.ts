import { expect, test } from 'vitest';
import { noDirectWay } from './direct.ts';
import type { Outcome } from './outcome.ts';

const dial = (outcome: Outcome) =>
  noDirectWay(
    { name: 'the shell', identity: 'spiffe://a', path: 'eks/default/shell', request: () => Promise.resolve(outcome) },
    {
      watch: () =>
        Promise.resolve({
          workloads: [{ name: 'the echo', hostnames: [], ip: '10.224.0.14' }],
          added: () => Promise.resolve([]),
        }),
    },
  );

test.each<[string, Outcome]>([
  ['silence', { kind: 'timeout', detail: 'curl: (28) timed out' }],
  ['no route', { kind: 'refused', detail: 'curl: (7) No route to host' }],
  ['a proxy that gave up', { kind: 'proxy-refused', detail: 'curl: (97) (1)' }],
])('direct dial: %s is as it should be, and recorded', async (_, outcome) => {
  expect(await dial(outcome)).toMatchObject({ to: '10.224.0.14:15008' });
});

test.each<[string, Outcome]>([
  ['an answer', { kind: 'answered', status: 200, body: '' }],
  ['a closed port', { kind: 'refused', detail: 'curl: (7) Connection refused' }],
  ['a reset', { kind: 'reset', detail: 'curl: (56) reset by peer' }],
])('direct dial: %s shows a way past the gateways', async (_, outcome) => {
  await expect(dial(outcome)).rejects.toMatchObject({ code: 'cloud/probe-direct', object: '10.224.0.14:15008' });
});

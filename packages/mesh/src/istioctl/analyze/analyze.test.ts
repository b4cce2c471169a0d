import { systemClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { main } from '../main.ts';

async function analyze(input: string, ...flags: string[]) {
  let [output, errors] = ['', ''];
  const exit = await main(['analyze', '-', '--use-kube=false', ...flags], {
    clock: systemClock,
    env: {},
    write: (text) => void (output += text),
    writeError: (text) => void (errors += text),
    readInput: () => Promise.resolve(input),
  });
  return { exit, output, errors };
}

const namespace = (name: string, labels = 'istio.io/dataplane-mode: ambient') =>
  `kind: Namespace\nmetadata: { name: ${name}, labels: { ${labels} } }\n---\n`;
const policy = (spec: string) =>
  `kind: AuthorizationPolicy\nmetadata: { name: p, namespace: ecs }\nspec: ${spec}\n---\n`;
const from = (name: string) => `{ rules: [{ from: [{ source: { namespaces: [${name}] } }] }] }`;
const echo = 'kind: Pod\nmetadata: { name: echo-1, namespace: ecs, labels: { app: echo } }\n---\n';
const selecting = (app: string) => policy(`{ selector: { matchLabels: { app: ${app} } } }`);
const service = (port: string) =>
  `kind: Service\nmetadata: { name: echo, namespace: ecs }\nspec: { ports: [${port}] }\n---\n`;

test.each<[name: string, input: string, exit: number, output: string]>([
  ['a source namespace that is there', namespace('ecs') + policy(from('ecs')), 0, ''],
  ['a pattern of namespaces', namespace('ecs') + policy(from('"ecs-*"')), 0, ''],
  [
    'a source namespace that is not there',
    namespace('ecs') + policy(from('defualt')),
    79,
    'Error [IST0101] (AuthorizationPolicy ecs/p) Referenced namespace not found: "defualt"\n',
  ],
  ['a selector of a pod', echo + selecting('echo'), 0, ''],
  [
    'a selector of nothing',
    echo + selecting('ecoh'),
    0,
    'Warning [IST0127] (AuthorizationPolicy ecs/p) No matching workloads for this resource with the following labels: app=ecoh\n',
  ],
  [
    'a namespace outside of the mesh',
    namespace('ecs', 'a: b'),
    0,
    "Info [IST0102] (Namespace ecs) The namespace is not enabled for Istio injection. Run 'kubectl label namespace ecs istio-injection=enabled' to enable it, or 'kubectl label namespace ecs istio-injection=disabled' to explicitly mark it as not needing injection.\n",
  ],
  ['a port named by its protocol', service('{ port: 80, name: http-web }'), 0, ''],
  ['a port that says it elsewhere', service('{ port: 80, name: web, appProtocol: http }'), 0, ''],
  [
    'a port that does not say it',
    service('{ port: 80, name: web, targetPort: 8080 }'),
    0,
    "Info [IST0118] (Service ecs/echo) Port name web (port: 80, targetPort: 8080) doesn't follow the naming convention of Istio port.\n",
  ],
])('analyze: %s', async (_, input, exit, output) => {
  expect(await analyze(input, '-n', 'ecs')).toMatchObject({ exit, output });
});

test('analyze: what it says on standard error', async () => {
  const good = await analyze(echo, '-A');
  expect(good.errors).toBe('\n✔ No validation issues found when analyzing -.\n');
  const bad = await analyze(policy(from('x')), '-A');
  expect(bad.errors).toMatch(/^Error: Analyzers found issues when analyzing -\.\nSee https:/);
});

test.each<[flags: string[], lines: number, exit: number]>([
  [[], 0, 0], // another namespace: nothing to say
  [['-A'], 2, 79],
  [['-A', '--output-threshold', 'Error'], 1, 79],
  [['-A', '-S', 'IST0101=AuthorizationPolicy p.ecs'], 1, 0],
  [['-A', '--suppress', 'IST01*=AuthorizationPolicy p.ecs'], 2, 79],
  [['-A', '--suppress', 'IST0101=AuthorizationPolicy *'], 1, 0],
  [['-A', '--suppress', 'IST0101=AuthorizationPolicy *', '--failure-threshold', 'info'], 1, 79],
])('analyze %j: %i findings, exit code %i', async (flags, lines, exit) => {
  const result = await analyze(namespace('ecs', 'a: b') + policy(from('x')), ...flags);
  expect([result.output.split('\n').length - 1, result.exit]).toEqual([lines, exit]);
});

test('analyze -o json: findings as data', async () => {
  const { output } = await analyze(policy(from('x')), '-A', '-o', 'json');
  expect(JSON.parse(output)).toEqual([
    {
      code: 'IST0101',
      documentationUrl: 'https://istio.io/v1.28/docs/reference/config/analysis/ist0101/',
      level: 'Error',
      message: 'Referenced namespace not found: "x"',
      origin: 'AuthorizationPolicy ecs/p',
    },
  ]);
});

test('analyze: what is no YAML is refused with the file', async () => {
  expect(await analyze('a: [')).toMatchObject({ exit: 2, errors: expect.stringMatching(/^Error: -: .*flow/i) });
});

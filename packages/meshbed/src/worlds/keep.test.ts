import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gone, listens, RunningCommand } from './command.ts';
import { ecsCluster, eventually } from './world.ts';
import { ready, waiting } from '@meshbed/core';

const kept = 'The sandbox keeps running until Ctrl-C.';
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const echo = `echo-service.${ecsCluster}.ecs.local:8080`;
let first: RunningCommand;
let second: RunningCommand;

beforeAll(async () => {
  first = new RunningCommand('run', '1', '--keep', '--plain');
  second = new RunningCommand('run', '1', '--keep', '--plain');
  await Promise.all([first.says(kept), second.says(kept)]);
}, 90_000);

afterAll(() => {
  first[Symbol.dispose]();
  second[Symbol.dispose]();
});

test('two runs at the same time: both pass', () => {
  for (const { output } of [first, second]) expect(output).toMatch(/Passed: 12 of 12 steps .*, 8 of 8 tests passed/);
});

async function commandIn({ environment }: RunningCommand, file: string, ...args: string[]): Promise<string> {
  const { PATH = '' } = process.env;
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const HOME = join(environment['KUBECONFIG'] ?? '', '../home'); // kubectl keeps a cache there
  const env = { ...environment, PATH, HOME };
  return (await promisify(execFile)(file, args, { cwd, env, timeout: 20_000 })).stdout;
}

test('SDK: with the printed profile and files a script lists clusters, services and tasks', async () => {
  const script = `
    import { ECSClient, ListClustersCommand, ListServicesCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
    const ecs = new ECSClient();
    const cluster = '${ecsCluster}';
    const { clusterArns } = await ecs.send(new ListClustersCommand({}));
    const { serviceArns } = await ecs.send(new ListServicesCommand({ cluster }));
    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster }));
    console.log(JSON.stringify({ clusterArns, serviceArns, tasks: taskArns.length }));`;
  const arn = (kind: string, name: string) => `arn:aws:ecs:us-east-2:000000000001:${kind}/${name}`;
  expect(JSON.parse(await commandIn(first, process.execPath, '--input-type=module', '-e', script))).toEqual({
    clusterArns: [arn('cluster', ecsCluster)],
    serviceArns: expect.arrayContaining([
      arn('service', `${ecsCluster}/shell-task`),
      arn('service', `${ecsCluster}/echo-service`),
    ]) as string[],
    tasks: 2,
  });
});

describe.skipIf(!hasKubectl)('kubectl', () => {
  const kubectl = (...args: string[]) => commandIn(first, 'kubectl', ...args);
  const curl = () => kubectl('exec', 'deploy/eks-shell', '--', 'curl', '-sS', '--max-time', '5', echo);
  const policy = ['-n', ecsCluster, '-f', fileURLToPath(new URL('deny-all.json', import.meta.url))];

  test('exec: a command in a pod reaches the ECS service', async () => {
    expect(JSON.parse(await curl())).toMatchObject({ http: { method: 'GET' } });
  });
  test('rollout restart: istiod comes back, and its proxies hear what changes afterwards', async () => {
    await kubectl('rollout', 'restart', 'deploy/istiod', '-n', 'istio-system');
    expect(await kubectl('rollout', 'status', 'deploy/istiod', '-n', 'istio-system')).toContain(
      'deployment "istiod" successfully rolled out',
    );
    expect(JSON.parse(await curl())).toMatchObject({ http: { method: 'GET' } });
    await kubectl('apply', ...policy);
    await eventually('refusal', () =>
      curl().then(
        () => waiting('it answers'),
        (error: Error) => (/reset by peer/.test(error.message) ? ready(true) : waiting(error.message)),
      ),
    );
  });
  test.each([
    ['pods', 'NAMESPACE NAME READY STATUS RESTARTS AGE', /^istio-system +ztunnel-\w+ +1\/1 +Running +0 +\S+$/m],
    [
      'services',
      'NAMESPACE NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE',
      /^istio-eastwest +istio-eastwest +LoadBalancer +10\.100\.\d+\.\d+ +\S+\.elb\.us-east-2\.amazonaws\.com +\S*15008:\d+\/TCP\S* +\S+$/m,
    ],
    [
      'serviceentries',
      'NAMESPACE NAME HOSTS LOCATION RESOLUTION AGE',
      /^ecs-istio-ecs-demo-1 +ecs-service-\S+-echo-service +\["echo-service\.ecs-istio-ecs-demo-1\.ecs\.local"\] +MESH_INTERNAL +STATIC +\S+$/m,
    ],
    ['authorizationpolicies', 'NAMESPACE NAME ACTION AGE', /^ecs-\S+ +deny-all +\S+$/m],
    [
      'gateways',
      'NAMESPACE NAME CLASS ADDRESS PROGRAMMED AGE',
      /^istio-eastwest +istio-eastwest +istio-eastwest +\S+\.elb\.us-east-2\.amazonaws\.com +True +\S+$/m,
    ],
  ])('get %s -A: a table with %s', async (kind, columns, line) => {
    const table = await kubectl('get', kind, '-A');
    expect(table.split('\n')[0]?.trim().split(/ +/).join(' ')).toBe(columns);
    expect(table).toMatch(line);
  });
});

test('SIGINT: ends what keeps running with the exit code of the run, and leaves nothing', async () => {
  const { urls } = first;
  const pids = await first.processes();
  expect(await Promise.all(urls.map(listens))).toEqual([true, true]);
  first.kill('SIGINT');
  expect(await first.ends()).toBe(0);
  await gone(pids);
  expect([first.leftovers(), await Promise.all(urls.map(listens))]).toEqual([[], [false, false]]);
});

test.skipIf(!hasKubectl)('SIGKILL: ends the commands in containers, too', async () => {
  const sleeping = commandIn(second, 'kubectl', 'exec', 'deploy/eks-shell', '--', 'sleep', '1000').catch(() => 'ended');
  const pids = await eventually('sleep in the container', async () => {
    const found = await second.processes();
    const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-p', found.join(',')]);
    return stdout.includes('sleep 1000') ? ready(found) : waiting(stdout);
  });
  second.kill('SIGKILL');
  await gone(pids);
  expect(await sleeping).toBe('ended');
});

import { request } from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { container, type Started, type World, world } from '../testing/world.ts';

let at: World;
beforeEach(() => {
  at = world();
});
afterEach(() => at[Symbol.asyncDispose]());

interface Question {
  port?: number;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | undefined;
}

/** Asks as another workload of the network would. */
async function ask({ ip }: Started, { port = 8080, body, ...question }: Question = {}): Promise<string> {
  const { id, ips } = at.net.at('subnet-private');
  const socket = await at.net.fabric.dial({ eniId: id, ip: ips[0]! }, { ip, port });
  const asking = request({ ...question, createConnection: () => socket }).end(body);
  const [answer] = (await once(asking, 'response')) as [NodeJS.ReadableStream];
  return text(answer);
}

describe('echo', () => {
  test('answers with itself, the request and the environment; the Host header does not rename it', async () => {
    const hostname = 'ip-192-168-0-9.us-east-2.compute.internal';
    const started = at.start([container('echo', { env: { A: 'a' } })], { hostname });
    const headers = { host: 'echo-service.ecs-demo-1.ecs.local:8080', 'x-test': '1' };
    const body = JSON.stringify({ hello: 'world' });
    expect(JSON.parse(await ask(started, { method: 'POST', path: '/p/q?b=c', headers, body }))).toMatchObject({
      host: { hostname, ip: started.ip },
      http: { method: 'POST', baseUrl: '', originalUrl: '/p/q?b=c' },
      request: { params: { 0: '/p/q' }, query: { b: 'c' }, headers, body: { hello: 'world' } },
      environment: { A: 'a', PORT: '8080', HOSTNAME: hostname },
    });
  });

  test.each([
    ['no body', undefined, {}],
    ['text', 'plain', 'plain'],
  ])('%s: is passed on', async (_, body, expected) => {
    const answer = await ask(at.start([container('echo', { env: { PORT: '80' } })]), {
      port: 80,
      method: 'POST',
      body,
    });
    expect(JSON.parse(answer)).toMatchObject({ request: { body: expected }, environment: { PORT: '80' } });
  });

  test('a client that hangs up in the middle of its request: the next one is served', async () => {
    const started = at.start([container('echo')]);
    const socket = await started.workload.connectInside(8080);
    socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf');
    socket.resetAndDestroy();
    expect(JSON.parse(await ask(started))).toMatchObject({ host: { hostname: 'host' } });
  });

  test('a port that is taken: the container exits and says so', async () => {
    const { events, logs } = at.start([container('echo'), container('second', { image: 'echo' })]);
    await expect.poll(() => events).toContain('second exited 1');
    expect(logs).toContainEqual(expect.stringMatching(/^second: port 8080 of .* is already in use/));
  });
});

test('istio-testing app: lines, on every port it is told', async () => {
  const command = ['--port', '8080', '--port=9090'];
  const started = at.start([container('app', { command, env: { SERVICE_VERSION: 'v1' } })], { hostname: 'eks-echo-1' });
  const lines = (await ask(started, { path: '/x', headers: { host: 'eks-echo', 'x-a': 'b' } })).split('\n');
  const peer = [...at.net.fabric.interfaces.values()].at(-1)!.ips[0]!;
  expect(lines).toEqual([
    'ServiceVersion=v1',
    'ServicePort=8080',
    'Host=eks-echo',
    'URL=/x',
    'Method=GET',
    'Proto=HTTP/1.1',
    `IP=${peer}`,
    'RequestHeader=Host:eks-echo',
    'RequestHeader=X-A:b',
    'RequestHeader=Connection:close',
    'Hostname=eks-echo-1',
    '',
  ]);
  expect(await ask(started, { port: 9090 })).toContain('ServicePort=9090');
});

describe('shell', () => {
  test.each([
    [['sleep', 'infinity']],
    [['/bin/sleep', '3600']],
    [['/bin/sh', '-c', 'sleep 3600']],
    [['sleep', '1h', '30m']],
    [['tail', '-f', '/dev/null']],
    [['sh', '-c', 'while true; do sleep 30; done']],
    [['/bin/sh', '-c', 'while sleep 3600; do :; done']],
    [['sleep', '3650d']],
  ])('%j: idles until it is told to end', async (command) => {
    const { workload, events } = at.start([container('shell', { command })]);
    await at.net.clock.advance(3_599_000);
    expect(events).toEqual(['shell running']);
    await workload.stop(0);
    expect(events).toEqual(['shell running', 'shell exited 143']);
  });

  test.each([['5'], ['0.05m'], ['2s 3s']])('sleep %s: ends by itself', async (time) => {
    const { events } = at.start([container('shell', { command: ['sleep', ...time.split(' ')] })]);
    await at.net.clock.advance(5000);
    expect(events).toEqual(['shell running', 'shell exited 0']);
  });

  test('any other command runs; its output is the log, its exit code the container’s', async () => {
    const { when, logs } = at.start([container('shell', { command: ['sh', '-c', 'echo $HOSTNAME; exit 3'] })], {
      hostname: 'me',
    });
    await when('shell exited 3');
    expect(logs).toEqual(['shell: me']);
  });

  test('input: is read, also by what would idle without it', async () => {
    const stdin = Readable.from(['hello\n']);
    const { when, logs } = at.start([container('shell', { command: ['cat'], stdin })]);
    await when('shell exited 0');
    expect(logs).toEqual(['shell: hello']);
  });

  test('none: refused with words', async () => {
    const { when, logs } = at.start([container('shell', { command: [] })]);
    await when('shell exited 127');
    expect(logs).toEqual([expect.stringContaining('needs a command')]);
  });
});

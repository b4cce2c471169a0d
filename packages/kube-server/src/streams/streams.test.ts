import { createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pod, TestCluster } from '../testing/controlled-cluster.ts';
import { type SpdyClient, upgradeToSpdy } from '../testing/spdy-client.ts';
import { streamServer, type StreamServer } from '../testing/stream-server.ts';

let test: TestCluster;
let server: StreamServer;
beforeEach(async () => {
  test = new TestCluster();
  test.addNode('node-1');
  test.create(pod('web'));
  test.create(
    pod('pair', {
      containers: [
        { name: 'one', image: 'echo' },
        { name: 'two', image: 'echo' },
      ],
    }),
  );
  await test.settle();
  server = await streamServer(test);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

const script = (code: string) => `command=node&command=-e&command=${encodeURIComponent(code)}`;
const echoTwice = script(
  'process.stdin.on("data", (d) => process.stdout.write(d + "" + d)).on("end", () => process.exit(7))',
);
const url = (path: string) => `ws://127.0.0.1:${server.port}${path}`;

/** All messages until the connection closes, by channel. */
function collect(socket: WebSocket): Promise<Map<number, string>> {
  const channels = new Map<number, string>();
  socket.on('message', (message: Buffer) => {
    const number = message[0] ?? -1;
    channels.set(number, (channels.get(number) ?? '') + message.subarray(1).toString());
  });
  return new Promise((resolve, reject) => {
    socket.on('close', () => resolve(channels));
    socket.on('error', reject);
  });
}

const failure = (code: number) => ({
  status: 'Failure',
  reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
});

const forward = async (client: SpdyClient, port: string) => {
  const error = await client.open({ streamtype: 'error', port, requestid: '0' });
  const data = await client.open({ streamtype: 'data', port, requestid: '0' });
  client.write(data, 'hi');
  return { data: client.text(data), error: client.text(error) };
};

const read = async (query: string, name = 'web') => {
  const response = await fetch(`http://127.0.0.1:${server.port}/${name}/log?${query}`);
  return response.ok ? await response.text() : `${response.status} ${await response.text()}`;
};

describe('exec over WebSocket', () => {
  it('carries input, output and the exit code', async () => {
    const socket = new WebSocket(url(`/web/exec?stdin=true&stdout=true&stderr=true&${echoTwice}`), 'v5.channel.k8s.io');
    const received = collect(socket);
    socket.on('open', () => {
      socket.send(Buffer.from([0, ...Buffer.from('hello')]));
      socket.send(Buffer.from([255, 0]));
    });
    const channels = await received;
    expect(channels.get(1)).toBe('hellohello');
    expect(JSON.parse(channels.get(3) ?? '')).toMatchObject(failure(7));
  });

  it.each(['v4.channel.k8s.io', 'v5.channel.k8s.io'])(
    'keeps stderr apart and reports success with %s',
    async (protocol) => {
      const socket = new WebSocket(
        url(`/web/exec?stdout=true&stderr=true&${script('console.error("bad"); console.log("good")')}`),
        protocol,
      );
      const channels = await collect(socket);
      expect([channels.get(1), channels.get(2)]).toEqual(['good\n', 'bad\n']);
      expect(JSON.parse(channels.get(3) ?? '')).toMatchObject({ status: 'Success' });
    },
  );

  it('moves megabytes without loss', async () => {
    const copy = script('process.stdin.pipe(process.stdout)');
    const socket = new WebSocket(url(`/web/exec?stdin=true&stdout=true&${copy}`), 'v5.channel.k8s.io');
    const received = collect(socket);
    const block = Buffer.concat([Buffer.from([0]), Buffer.alloc(64 * 1024, 'x')]);
    socket.on('open', () => {
      for (let count = 0; count < 48; count++) socket.send(block);
      socket.send(Buffer.from([255, 0]));
    });
    expect((await received).get(1)).toHaveLength(48 * 64 * 1024);
  });

  it('ends the command when the client leaves', async () => {
    const socket = new WebSocket(
      url(`/web/exec?stdout=true&${script('console.log("up"); setInterval(() => {}, 1000)')}`),
      'v5.channel.k8s.io',
    );
    await new Promise((resolve) => socket.on('message', (message: Buffer) => message.length > 1 && resolve(undefined)));
    const exited = test.runtime.find('web').lastExec?.exited;
    socket.terminate();
    expect(await exited).toBe(137);
  });

  it.each([
    ['an unknown protocol', '/web/exec?command=x', 'v1.channel.k8s.io'],
    ['no command', '/web/exec?stdout=true', 'v5.channel.k8s.io'],
    ['an unknown container', '/web/exec?command=x&container=none', 'v5.channel.k8s.io'],
    ['no container among several', '/pair/exec?command=x', 'v5.channel.k8s.io'],
  ])('refuses %s before the upgrade', async (_name, path, protocol) => {
    const status = await new Promise((resolve) => {
      const socket = new WebSocket(url(path), protocol);
      socket.on('error', () => {});
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    expect(status).toBe(400);
  });
});

describe('exec over SPDY', () => {
  it('carries input, output and the exit code', async () => {
    const { client, version } = await upgradeToSpdy(
      server.port,
      `/web/exec?stdin=true&stdout=true&stderr=true&${echoTwice}`,
      'v4.channel.k8s.io',
    );
    expect(version).toBe('v4.channel.k8s.io');
    const error = await client.open({ streamType: 'error' });
    const stdin = await client.open({ streamType: 'stdin' });
    const stdout = await client.open({ streamType: 'stdout' });
    await client.open({ streamType: 'stderr' });
    client.write(stdin, 'hello');
    client.end(stdin);
    expect(await client.text(stdout)).toBe('hellohello');
    expect(JSON.parse(await client.text(error))).toMatchObject(failure(7));
    client.close();
  });
});

describe('attach', () => {
  it('follows the output until the container exits', async () => {
    const socket = new WebSocket(url('/web/attach?stdout=true'), 'v5.channel.k8s.io');
    const received = collect(socket);
    await new Promise((resolve) => socket.once('message', resolve));
    test.runtime.find('web').log('app', 'working');
    test.runtime.find('web').exit('app', 2);
    const channels = await received;
    expect(channels.get(1)).toBe('working\n');
    expect(JSON.parse(channels.get(3) ?? '')).toMatchObject(failure(2));
  });
});

describe('attach with input', () => {
  it('begins with what was written before; what is typed reaches the container, and its end as well', async () => {
    test.create(pod('typed', { containers: [{ name: 'app', image: 'echo', stdin: true, stdinOnce: true }] }));
    await test.settle();
    const workload = test.runtime.find('typed');
    workload.log('app', 'early');
    const socket = new WebSocket(url('/typed/attach?stdin=true&stdout=true'), 'v5.channel.k8s.io');
    const received = collect(socket);
    await new Promise((resolve) => socket.once('message', resolve));
    socket.send(Buffer.from([0, ...Buffer.from('typed')]));
    socket.send(Buffer.from([255, 0]));
    expect(await text(workload.spec.containers[0]!.stdin!)).toBe('typed');
    workload.exit('app', 0);
    expect((await received).get(1)).toBe('early\n');
  });
});

describe('port-forward', () => {
  let upstream: ReturnType<typeof createServer>;
  beforeEach(async () => {
    upstream = createServer((socket) => socket.on('data', (data) => socket.end(`you said ${data.toString()}`)));
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    test.runtime.ports.set(8080, (upstream.address() as AddressInfo).port);
  });
  afterEach(() => new Promise((resolve) => upstream.close(resolve)));

  it('carries a connection over SPDY', async () => {
    const { client } = await upgradeToSpdy(server.port, '/web/portforward', 'portforward.k8s.io');
    const { data, error } = await forward(client, '8080');
    expect(await data).toBe('you said hi');
    expect(await error).toBe('');
    client.close();
  });

  it('tells over SPDY that a connection has ended which the client gave up', async () => {
    const { client } = await upgradeToSpdy(server.port, '/web/portforward', 'portforward.k8s.io');
    const headers = { port: '8080', requestid: '0' };
    const error = await client.open({ streamtype: 'error', ...headers });
    client.reset(await client.open({ streamtype: 'data', ...headers }));
    expect(await client.text(error)).toBe('');
    client.close();
  });

  it('says over SPDY that nobody listens', async () => {
    const { client } = await upgradeToSpdy(server.port, '/web/portforward', 'portforward.k8s.io');
    const { error } = await forward(client, '81');
    expect(await error).toBe('an error occurred forwarding 81 -> 81: connect ECONNREFUSED 127.0.0.1:81');
    client.close();
  });

  it('carries a connection over channels, as the JavaScript client does', async () => {
    const socket = new WebSocket(url('/web/portforward?ports=8080'), ['v5.channel.k8s.io', 'v4.channel.k8s.io']);
    const received = collect(socket);
    socket.on('open', () => socket.send(Buffer.from([0, ...Buffer.from('hi')])));
    const channels = await received;
    expect(channels.get(0)).toBe(`${Buffer.from([0x90, 0x1f]).toString()}you said hi`);
  });

  it('ends the connection inside when the client of channels goes away while it is written to', async () => {
    const ended = new Promise((resolve) => {
      upstream.on('connection', (connection) => {
        const flood = () => void connection.write(Buffer.alloc(64 * 1024), () => connection.destroyed || flood());
        flood();
        connection.on('error', () => {}).on('close', () => resolve('ended'));
      });
    });
    const socket = new WebSocket(url('/web/portforward?ports=8080'), ['v4.channel.k8s.io']);
    let messages = 0;
    socket.on('message', () => ++messages === 10 && socket.terminate());
    expect(await ended).toBe('ended');
  });
});

describe('logs', () => {
  it('show what was written, by container, tail and time', async () => {
    const workload = test.runtime.find('web');
    workload.log('app', 'one');
    await test.settle(60_000);
    workload.log('app', 'two');
    workload.log('app', 'three');
    expect(await read('')).toBe('one\ntwo\nthree\n');
    expect(await read('tailLines=1')).toBe('three\n');
    expect(await read('sinceSeconds=30')).toBe('two\nthree\n');
    expect(await read('tailLines=1&timestamps=true')).toBe('2026-01-01T00:01:00.000Z three\n');
    expect(await read('limitBytes=5')).toBe('one\nt');
  });

  it('follow until the container exits, and keep the previous run', async () => {
    test.runtime.find('web').log('app', 'before');
    const response = await fetch(`http://127.0.0.1:${server.port}/web/log?follow=true`);
    test.runtime.find('web').log('app', 'after');
    test.runtime.find('web').exit('app', 1);
    expect(await response.text()).toBe('before\nafter\n');
    await test.settle();
    expect(await read('')).toBe('');
    expect(await read('previous=true')).toBe('before\nafter\n');
  });

  it.each([
    ['an unknown container', 'container=none', 'web', 'container none is not valid for pod web'],
    [
      'no container among several',
      '',
      'pair',
      'a container name must be specified for pod pair, choose one of: [one two]',
    ],
    [
      'a previous run that never was',
      'previous=true',
      'web',
      'previous terminated container "app" in pod "web" not found',
    ],
    ['a tail that is no number', 'tailLines=x', 'web', 'invalid tailLines: "x" is not a whole number'],
  ])('refuse %s', async (_name, query, name, message) => {
    expect(await read(query, name)).toBe(`400 ApiError: ${message}`);
  });
});

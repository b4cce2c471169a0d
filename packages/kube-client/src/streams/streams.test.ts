import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { KubeApi } from '../index.ts';

const place = { namespace: 'default', pod: 'web', container: 'app' };
const success = { status: 'Success' };
const exit = (code: number) => ({
  status: 'Failure',
  message: `exit status ${code}`,
  details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
});

let server: Server;
let api: KubeApi;
/** What the API server does with the next WebSocket. */
let serve: (socket: WebSocket, url: URL) => void;
const asked: string[] = [];

beforeEach(async () => {
  asked.length = 0;
  server = createServer((_request, response) => response.writeHead(400).end('not upgraded'));
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, connection, head) => {
    const url = new URL(request.url ?? '', 'http://kube');
    asked.push(`${url.pathname}${url.search} ${request.headers['sec-websocket-protocol']}`);
    if (url.pathname.includes('/absent/')) {
      const body = JSON.stringify({ reason: 'NotFound', message: 'pods "absent" not found' });
      connection.end(`HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    } else sockets.handleUpgrade(request, connection, head, (socket) => serve(socket, url));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  api = new KubeApi({ server: `http://127.0.0.1:${port}/clusters/one`, credential: () => ({ token: 't' }) });
});
afterEach(async () => {
  api[Symbol.dispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const send = (socket: WebSocket, channel: number, payload: string | object) =>
  socket.send(Buffer.from([channel, ...Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))]));

test('exec: asks for the streams that are given, over v5 channels', async () => {
  serve = (socket) => send(socket, 3, success);
  expect(await api.exec(place, ['sh', '-c', 'x y'], { stdout: new PassThrough() })).toBe(0);
  expect(asked).toEqual([
    '/clusters/one/api/v1/namespaces/default/pods/web/exec?container=app&command=sh&command=-c&command=x+y&stdout=true v5.channel.k8s.io',
  ]);
});

test('exec: over a connection of its own: one from the pool may be closed by the server at any moment', async () => {
  let connections = 0;
  server.on('connection', () => connections++);
  serve = (socket) => send(socket, 3, success);
  await expect(api.raw('/version')).rejects.toThrow('not upgraded');
  await api.exec(place, ['true'], { stdout: new PassThrough() });
  expect(connections).toBe(2);
});

test('exec: carries input to its end, both outputs, and the exit code', async () => {
  serve = (socket) => {
    let input = '';
    socket.on('message', (message: Buffer) => {
      if (message[0] === 0) input += message.subarray(1).toString();
      else if (message.equals(Buffer.from([255, 0]))) {
        send(socket, 1, '');
        send(socket, 1, `out ${input}`);
        send(socket, 2, `error ${input}`);
        send(socket, 3, exit(7));
      }
    });
  };
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const streams = { stdin: Readable.from([Buffer.from('a'), Buffer.from('b')]), stdout, stderr };
  expect(await api.exec(place, ['cat'], streams)).toBe(7);
  expect([stdout.read(), stderr.read()].map(String)).toEqual(['out ab', 'error ab']);
});

test('exec: more than a stream holds arrives complete, however late it is read', async () => {
  const block = 'x'.repeat(64 * 1024);
  serve = (socket) => {
    for (let count = 0; count < 40; count++) send(socket, 1, block);
    send(socket, 3, success);
  };
  const stdout = new PassThrough();
  const exited = api.exec(place, ['cat'], { stdout }).finally(() => stdout.end());
  expect((await text(stdout)).length).toBe(40 * block.length);
  expect(await exited).toBe(0);
});

test.each<[string, (socket: WebSocket) => void, string]>([
  ['does not start', (socket) => send(socket, 3, { status: 'Failure', message: 'no such file: x' }), 'no such file: x'],
  ['is cut off', (socket) => socket.terminate(), 'the connection ended before the status'],
])('exec: a command that %s', async (_name, behaviour, message) => {
  serve = behaviour;
  await expect(api.exec(place, ['x'])).rejects.toThrow(message);
});

test('exec: a refusal carries what the server says', async () => {
  const refused = api.exec({ ...place, pod: 'absent' }, ['x']);
  await expect(refused).rejects.toMatchObject({ status: 404, reason: 'NotFound' });
  await expect(refused).rejects.toThrow('pods "absent" not found');
});

test('exec: an abort closes the connection', async () => {
  const stop = new AbortController();
  const closed = Promise.withResolvers<void>();
  serve = (socket) => {
    socket.on('close', () => closed.resolve());
    send(socket, 1, 'up');
  };
  const stdout = new PassThrough().once('data', () => stop.abort());
  await expect(api.exec(place, ['sleep'], { stdout, signal: stop.signal })).rejects.toThrow('the connection ended');
  await closed.promise;
  await expect(api.exec(place, ['sleep'], { signal: stop.signal })).rejects.toThrow('closed before');
});

test('port-forward: bytes both ways, behind the port that each channel repeats', async () => {
  serve = (socket, url) => {
    const port = Buffer.alloc(2);
    port.writeUInt16LE(Number(url.searchParams.get('ports')));
    for (const channel of [0, 1]) socket.send(Buffer.from([channel, ...port]));
    socket.on('message', (message: Buffer) => {
      send(socket, 0, `you said ${message.subarray(1).toString()}`);
      socket.close();
    });
  };
  const stream = await api.portForward(place, 8080);
  stream.write('hi');
  expect(await text(stream)).toBe('you said hi');
  expect(asked[0]).toContain('/portforward?ports=8080 v4.channel.k8s.io');
});

test('port-forward: says that nobody listens', async () => {
  serve = (socket) => {
    send(socket, 1, 'P ');
    send(socket, 1, 'connection refused');
  };
  await expect(text(await api.portForward(place, 81))).rejects.toThrow('connection refused');
});

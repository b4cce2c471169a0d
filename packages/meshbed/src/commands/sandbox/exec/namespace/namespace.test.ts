import { spawnSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '@meshbed/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NamespaceMaker } from './index.ts';
import { nameIn } from './names.ts';

const query = (...labels: string[]) =>
  Buffer.concat([
    Buffer.alloc(12),
    ...labels.map((each) => Buffer.from([each.length, ...Buffer.from(each)])),
    Buffer.alloc(5),
  ]);

test.each<[name: string, query: Buffer, found: string | undefined]>([
  ['a name', query('www', 'example', 'com'), 'www.example.com'],
  ['no name', query(), undefined],
  ['a label that is longer than the query', Buffer.from([...Buffer.alloc(12), 60, 97]), undefined],
  ['a pointer', Buffer.from([...Buffer.alloc(12), 0xc0, 0x0c]), undefined],
  ['nothing', Buffer.alloc(0), undefined],
])('name in a query: %s', (_, bytes, found) => expect(nameIn(bytes)).toBe(found));

const start = ([file = '', ...args]: readonly string[]) => spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });

const canUnshare =
  spawnSync('unshare', [
    ...(process.getuid?.() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps']),
    '--net',
    'ip',
    'link',
    'set',
    'lo',
    'up',
  ]).status === 0;

describe.skipIf(!canUnshare)('network namespace (skipped where the system permits none)', () => {
  const refused: string[] = [];
  let service: Awaited<ReturnType<typeof listenOnLoopback>>;
  let maker: NamespaceMaker;
  let prefix: readonly string[];

  beforeAll(async () => {
    service = await listenOnLoopback((socket) => socket.end('from outside'));
    maker = new NamespaceMaker();
    const opened = await maker.open({ ports: [service.port], refused: (place) => refused.push(place) });
    if ('problem' in opened) throw new Error(opened.problem);
    ({ prefix } = opened);
  });
  afterAll(async () => {
    await maker[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });

  /** In the namespace only: nothing of this is dialled outside. */
  async function inside(script: string): Promise<{ said: string; code: unknown }> {
    const child = start([...prefix, process.execPath, '-e', script]);
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    return { said, code };
  }
  const dial = (host: string, port: number) =>
    inside(
      `require('node:net').connect(${port}, '${host}').on('data', (d) => console.log(String(d))).on('error', (e) => console.log(e.code))`,
    );

  test('a port of the sandbox: is the same inside', async () => {
    expect((await dial('127.0.0.1', service.port)).said).toBe('from outside\n');
  });

  test('another port of this machine, and another host: refused', async () => {
    await using other = await listenOnLoopback((socket) => socket.end('not for you'));
    expect((await dial('127.0.0.1', other.port)).said).toBe('ECONNREFUSED\n');
    expect((await dial('192.0.2.1', 22)).said).toBe('ECONNREFUSED\n');
  });

  test('the ports of the web, and names: refused, and somebody is told', async () => {
    expect((await dial('192.0.2.7', 443)).said).toMatch(/^ECONN(RESET|REFUSED)\n$/);
    const { said } = await inside(
      `const r = new (require('node:dns').Resolver)(); r.setServers(['192.0.2.53']); r.resolve4('www.example.com', (e) => console.log(e.code))`,
    );
    expect(said).toBe('ENOTFOUND\n');
    expect(refused).toEqual(['192.0.2.7:443', 'www.example.com']);
  });

  test('what runs in it ends with it', async () => {
    const own = new NamespaceMaker();
    const opened = await own.open({ ports: [], refused: () => {} });
    const { prefix: within } = opened as { prefix: readonly string[] };
    const child = start([...within, 'sh', '-c', 'echo begun; exec sleep 1000']);
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    await own[Symbol.asyncDispose]();
    expect((await ended)[1]).toBe('SIGTERM');
  });

  test('who one is, and what a command ends with, stay', async () => {
    const { said, code } = await inside('console.log(process.getuid()); process.exitCode = 7');
    expect([said, code]).toEqual([`${process.getuid?.()}\n`, 7]);
  });
});

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { readdirSync } from 'node:fs';
import { acceptSocks5, socksReply } from '@meshbed/hbone';
import { connectLoopback, type ExecSession, type Program, systemClock } from '@meshbed/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isAlive } from '../testing/processes.ts';
import { container, image, outputOf, type Started, type World, world } from '../testing/world.ts';
import { hasPseudoTerminals } from './pseudo-terminal.ts';
import { untilAborted } from './termination.ts';

const node = process.execPath;
const plain = { tty: false };

let at: World;
/** Stands for a task's ztunnel: takes SOCKS connections on 15080 and answers who was asked for. */
const proxy: Program = async ({ network, signal }) => {
  await network.listen(
    15080,
    (socket) =>
      void acceptSocks5(socket).then(({ host, port, reply }) => {
        reply(socksReply.succeeded);
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${host.length + 16}\r\n\r\nproxied to ${host}:${port}`);
      }),
    { loopback: true },
  );
  await untilAborted(signal);
  return 0;
};

beforeEach(() => {
  at = world({ own: [image('proxy', proxy)] });
});
afterEach(() => at[Symbol.asyncDispose]());

const run = ({ workload }: Started, command: string[], name = 'shell') => outputOf(workload.exec(name, command, plain));

describe('exec', () => {
  test('a command: its output, its input and its exit code', async () => {
    const session = at.start([container('shell')]).workload.exec('shell', [node, '-e', script], plain);
    session.stdin.end('question');
    expect(await outputOf(session)).toEqual({ code: 3, stdout: 'heard question\n', stderr: 'careful\n' });
  });
  const script =
    'process.stdin.on("data", (d) => { console.log("heard " + d); console.error("careful"); process.exitCode = 3 })';

  test('with a terminal: one stream, lines end as terminals end them', async () => {
    const { workload } = at.start([container('shell')]);
    const size = { columns: 100, rows: 30 };
    const session = workload.exec(
      'shell',
      ['/bin/sh', '-c', 'echo é ${COLUMNS:-$(stty size | cut -d" " -f2)}; echo e >&2'],
      { tty: true, size },
    );
    const { stdout, stderr, code } = await outputOf(session);
    expect(stdout.split('\r\n').toSorted()).toEqual(['', 'e', 'é 100']);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  });

  test('with a terminal, and no such command: it says so, and that it never ran', async () => {
    const { workload } = at.start([container('shell')]);
    const session = workload.exec('shell', ['no-such-command'], { tty: true });
    expect(await outputOf(session)).toMatchObject({ code: 127, stdout: 'no-such-command: not found\r\n' });
    expect(session.failedToStart).toBe(true);
  });

  test.each([
    ['unknown command', ['no-such-command'], 127, /no-such-command: not found/],
    ['something that is no program', ['/'], 126, /EACCES/],
    ['ended by a signal', ['/bin/sh', '-c', 'kill -TERM $$'], 143, /^$/],
  ])('%s: %s exits with %i', async (_, command, code, stderr) => {
    const outcome = await run(at.start([container('shell')]), command);
    expect(outcome).toMatchObject({ code, stderr: expect.stringMatching(stderr) });
  });

  test('a container’s variables and its host name, and no proxy of this machine', async () => {
    const started = at.start([container('shell', { env: { A: 'a b', NO_PROXY: '*' } })], { hostname: 'ip-10' });
    const { stdout } = await run(started, [node, '-p', 'JSON.stringify(process.env)']);
    const env = JSON.parse(stdout) as Record<string, string>;
    expect(env).toMatchObject({ A: 'a b', HOSTNAME: 'ip-10', NO_PROXY: '', AWS_ENDPOINT_URL: 'http://aws.test' });
    expect(env['ALL_PROXY']).toMatch(/^socks5h:\/\/127.0.0.1:\d+$/);
    expect(env['http_proxy']).toBe(env['ALL_PROXY']);
    expect(env['HOME']).toContain(at.folder);
  });

  test('kill: ends the command and what it started', async () => {
    const { workload } = at.start([container('shell')]);
    const session = workload.exec('shell', ['/bin/sh', '-c', 'sleep 100 & echo $!; wait'], plain);
    const [line] = (await session.stdout.take(1).toArray()) as Buffer[];
    session.kill();
    expect(await session.exited).toBe(137);
    await expect.poll(() => isAlive(Number(line))).toBe(false);
  });

  test('the container ends: so do its commands, and nothing is left behind', async () => {
    const { workload, when } = at.start([container('shell', { command: ['sleep', '60'] })]);
    const session = workload.exec('shell', [node, '-e', 'console.log(process.pid); setInterval(() => {}, 1e6)'], plain);
    const [line] = (await session.stdout.take(1).toArray()) as Buffer[];
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);
    await at.net.clock.advance(60_000);
    await when('shell exited 0');
    expect(await session.exited).toBe(137);
    expect(isAlive(pid)).toBe(false);
    await workload.stop(0);
    expect(readdirSync(at.folder)).toEqual([]);
  });

  test('not running: an error that names the container', () => {
    const { workload } = at.start([container('web', { image: 'missing' })]);
    expect(() => workload.exec('web', ['true'], plain)).toThrow(/container web .* is not running/);
  });

  test('task credentials: over a port of this machine, the link-local address stays untouched', async () => {
    const linkLocal = new Map([
      [
        '169.254.170.2:80',
        ({ path }: { path: string }) =>
          Promise.resolve({ status: 200, body: `credentials of ${path}`, contentType: 'text/plain' }),
      ],
    ]);
    const env = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1' };
    const started = at.start([container('shell', { env })], { linkLocal });
    const read =
      'process.stdout.write(`${process.env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI} ` + await (await fetch(process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI)).text())';
    const { stdout, stderr } = await run(started, [node, '--input-type=module', '-e', read]);
    expect({ stdout, stderr }).toEqual({ stdout: 'undefined credentials of /v2/credentials/1', stderr: '' });
  });
});

/** What a person at a terminal sees, and types when they have seen something. */
class Person {
  readonly #session: ExecSession;
  #seen = '';

  constructor(session: ExecSession) {
    this.#session = session;
    session.stdout.on('data', (data) => (this.#seen += String(data)));
  }

  /** Waits for a text that was not yet waited for. */
  async sees(pattern: RegExp): Promise<RegExpExecArray> {
    const match = await vi.waitUntil(() => pattern.exec(this.#seen), { timeout: 5000, interval: 5 });
    this.#seen = this.#seen.slice(match.index + match[0].length);
    return match;
  }

  types(keys: string): void {
    this.#session.stdin.write(keys);
  }
}

describe.skipIf(!(await hasPseudoTerminals()))('at a pseudo-terminal (skipped where script(1) makes none)', () => {
  const size = { columns: 100, rows: 30 };
  const atShell = (command = ['/bin/sh']) => {
    const session = at.start([container('shell')]).workload.exec('shell', command, { tty: true, size });
    return { session, person: new Person(session) };
  };

  test('a shell prompts, has a size that changes, outlives Ctrl-C and ends with Ctrl-D', async () => {
    const { session, person } = atShell();
    await person.sees(/[#$] $/);
    person.types('test -t 0 && stty size\r');
    await person.sees(/\r\n30 100\r\n/);
    session.resize({ columns: 160, rows: 50 });
    await expect
      .poll(async () => (person.types('stty size\r'), (await person.sees(/\r\n(\d+ \d+)\r\n/))[1]))
      .toBe('50 160');
    person.types("sh -c 'echo begun; exec sleep 1000'\r"); // in the foreground by now
    await person.sees(/\r\nbegun\r\n/);
    person.types('\x03');
    await person.sees(/\^C[^]*[#$] $/);
    person.types('(exit 4)\r\x04');
    expect(await session.exited).toBe(4);
  });

  test('what a shell leaves behind ends with it, jobs in groups of their own too', async () => {
    const { session, person } = atShell();
    person.types('trap "" HUP; set -m; sleep 1000 & echo pid=$!=\r');
    const [, pid] = await person.sees(/pid=(\d+)=/);
    expect(isAlive(Number(pid))).toBe(true);
    person.types('exit\r');
    await session.exited;
    await expect.poll(() => isAlive(Number(pid))).toBe(false);
  });

  test.each([
    [
      'more output than fits into buffers',
      ['/bin/sh', '-c', 'head -c 300000 /dev/zero | tr "\\0" x; exit 5'],
      5,
      /^x{300000}$/,
    ],
    ['ended by a signal', ['/bin/sh', '-c', 'kill -KILL $$'], 137, /^$/],
    [
      'words with quotes and spaces',
      ['/bin/sh', '-c', 'printf %s "$1"', '-', `a 'b' "c" $d \\`],
      0,
      /^a 'b' "c" \$d \\$/,
    ],
  ])('%s: %j exits with %i', async (_, command, code, said) => {
    expect(await outputOf(atShell(command).session)).toMatchObject({ code, stdout: expect.stringMatching(said) });
  });

  test('kill: ends the command at once', async () => {
    const { session, person } = atShell(['/bin/sh', '-c', 'echo begun; sleep 1000']);
    await person.sees(/begun/);
    session.kill();
    expect(await session.exited).toBe(137);
  });
});

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const curl = (url: string) => ['curl', '-sS', '--max-time', '5', url];

describe.skipIf(!hasCurl)('exec with a real curl (skipped without one)', () => {
  test('another workload: by its address and by its name', async () => {
    const { ip } = at.start([container('echo')], { hostname: 'echo-host', subnet: 'subnet-private', ...pulled });
    const shell = at.start([container('shell')], { around: { resolve: (n) => (n === 'echo.svc' ? [ip] : undefined) } });
    at.net.fabric.names.set('echo.vpc', () => [ip]);
    for (const host of [ip, 'echo.svc', 'echo.vpc']) {
      const { stdout, stderr } = await run(shell, curl(`http://${host}:8080/`));
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ host: { hostname: 'echo-host', ip } });
    }
  });
  const pulled = { withPublicIp: true };

  test.each([
    ['an unknown name', 'http://nobody.svc/', /\(4\)/],
    ['a port where nobody listens', 'http://192.168.0.4:81/', /\(5\)/],
    ['an address without a route', 'http://172.16.0.1/', /\(4\)/],
  ])('%s: the network says no', async (_, url, stderr) => {
    const started = at.start([container('shell')]);
    const table = at.net.fabric.routeTables.get('rtb-public')!;
    table.routes = table.routes.filter(({ target }) => target.kind === 'local');
    expect(await run(started, curl(url))).toEqual({ code: 97, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  test('a private address that the fabric does not know: the attempt stays in the fabric', async () => {
    const { code } = await run(at.start([container('shell')]), ['curl', '-sS', '-m', '2', 'http://172.16.0.1/']);
    expect(code).toBe(28);
    expect(at.net.log.list('fabric')).toMatchObject([{ what: 'dropped', facts: { to: '172.16.0.1:80' } }]);
  });

  test('a silent network: curl’s own limit comes first', async () => {
    at.net.group('sg-closed', 'vpc-local', 'egress -1 0 0.0.0.0/0');
    const { ip } = at.start([container('echo')], { groupIds: ['sg-closed'] });
    const shell = at.start([container('shell')]);
    const { code } = await run(shell, ['curl', '-sS', '--max-time', '0.2', `http://${ip}:8080/`]);
    expect(code).toBe(28);
  });

  test('localhost: the workload’s own port, not this machine’s', async () => {
    const started = at.start([container('shell'), container('echo')], { hostname: 'me' });
    const { stdout } = await run(started, curl('http://localhost:8080/hello'));
    expect(JSON.parse(stdout)).toMatchObject({ host: { hostname: 'me' }, http: { originalUrl: '/hello' } });
    const machine = createServer((_request, response) => response.end('this machine')).listen(0, '127.0.0.1');
    await once(machine, 'listening');
    const { port } = machine.address() as { port: number };
    expect(await run(started, curl(`http://127.0.0.1:${port}/`))).toMatchObject({ code: 97, stdout: '' });
    machine.close();
  });

  test('ALL_PROXY of the container: leads to that port inside the workload', async () => {
    const env = { ALL_PROXY: 'socks5h://127.0.0.1:15080' };
    const started = at.start([container('proxy'), container('shell', { env })]);
    const { stdout, stderr } = await run(started, curl('http://echo.ecs.local:8080/'));
    expect({ stdout, stderr }).toEqual({ stdout: 'proxied to echo.ecs.local:8080', stderr: '' });
  });

  test.each([
    ['option', ['curl', '-sS', '-x', 'socks5h://127.0.0.1:15080', 'http://echo.ecs.local:8080/']],
    ['option without scheme', ['curl', '-sS', '--socks5-hostname', 'localhost:15080', 'http://echo.ecs.local:8080/']],
    ['variable', ['/bin/sh', '-c', 'ALL_PROXY=socks5h://127.0.0.1:15080 curl -sS http://echo.ecs.local:8080/']],
  ])("ztunnel's port in a command, as an %s: that of the workload", async (_, command) => {
    const started = at.start([container('proxy'), container('shell')]);
    expect(await run(started, command)).toMatchObject({ stdout: 'proxied to echo.ecs.local:8080', stderr: '' });
  });

  test.each(['ALL_PROXY', 'http_proxy'])('%s of the container, and nothing listens there: refused', async (name) => {
    const started = at.start([container('shell', { env: { [name]: 'socks5h://127.0.0.1:15080', NO_PROXY: '*' } })]);
    expect(await run(started, curl('http://192.168.0.4:8080/'))).toMatchObject({ code: 7, stdout: '' });
  });

  test('a proxy elsewhere: is looked for in the network, not outside of it', async () => {
    const started = at.start([container('shell', { env: { HTTPS_PROXY: 'http://proxy.corp:3128' } })]);
    const { code } = await run(started, curl('https://192.168.0.4/'));
    expect(code).not.toBe(0);
    expect(at.net.log.list('fabric')).toEqual([]); // nor was the address tried without the proxy
  });

  test('a health check by curl: a real command, ended when it takes too long', async () => {
    const slow: Program = async ({ network, signal }) => {
      await network.listen(80, () => {});
      await untilAborted(signal);
      return 0;
    };
    await using own = world({ own: [image('slow', slow)], clock: systemClock });
    const check = (url: string, limits: { timeoutMs: number; retries: number }) => ({
      test: { command: ['/bin/sh', '-c', `curl -sf ${url} || exit 1`] },
      intervalMs: 50,
      startPeriodMs: 0,
      ...limits,
    });
    const { when, events } = own.start([
      container('echo', { healthCheck: check('http://localhost:8080', { timeoutMs: 20_000, retries: 100 }) }),
      container('slow', { healthCheck: check('http://localhost:80', { timeoutMs: 100, retries: 2 }) }),
    ]);
    await Promise.all([when('slow UNHEALTHY'), when('echo HEALTHY')]);
    expect(events).not.toContain('slow HEALTHY');
  });
});

test('dispose: leaves no port of this machine open', async () => {
  const { workload } = at.start([container('shell')]);
  const { stdout } = await outputOf(workload.exec('shell', ['/bin/sh', '-c', 'echo $ALL_PROXY'], plain));
  const port = Number(new URL(stdout.trim()).port);
  (await connectLoopback(port)).destroy();
  await workload.stop(0);
  await expect(connectLoopback(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

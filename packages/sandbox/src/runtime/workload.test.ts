import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { DependencyCondition, Program } from '@meshbed/core';
import { afterEach, expect, test } from 'vitest';
import { container, image, type Started, type World, world } from '../testing/world.ts';
import { untilAborted } from './termination.ts';

let at: World;
afterEach(() => at[Symbol.asyncDispose]());

/** Does as it is told: ends with a code, or turns healthy and listens on a port. */
class Puppet {
  readonly program: Program = async ({ signal, setHealthy, network, log, argv }) => {
    this.runs += 1;
    this.setHealthy = setHealthy;
    setHealthy(false);
    if (argv[0] === 'listen') await network.listen(80, (socket) => void socket.end('hello'));
    log(`started ${argv.join(' ')}`.trim());
    return Promise.race([this.ended.promise, untilAborted(signal).then(() => 0)]);
  };
  runs = 0;
  setHealthy: (healthy: boolean) => void = () => {};
  ended: PromiseWithResolvers<number> = Promise.withResolvers<number>();
}

const healthCheck = {
  test: { command: ['/bin/sh', '-c', 'puppet healthcheck'] },
  intervalMs: 1000,
  timeoutMs: 500,
  retries: 2,
  startPeriodMs: 0,
};
const settled = () => at.net.clock.advance(0);

test.each<[DependencyCondition, { [happening: string]: boolean }]>([
  ['START', { running: true, 'exited 0': true, 'exited 1': true, HEALTHY: true, UNHEALTHY: true }],
  ['COMPLETE', { running: false, 'exited 0': true, 'exited 1': true, HEALTHY: false, UNHEALTHY: false }],
  ['SUCCESS', { running: false, 'exited 0': true, 'exited 1': false, HEALTHY: false, UNHEALTHY: false }],
  ['HEALTHY', { running: false, 'exited 0': false, 'exited 1': false, HEALTHY: true, UNHEALTHY: false }],
])('dependsOn %s: starts when the other one is %j', async (condition, happenings) => {
  for (const [happening, starts] of Object.entries(happenings)) {
    const puppet = new Puppet();
    await using alone = (at = world({ own: [image('puppet', puppet.program)] }));
    const { events, when } = at.start([
      container('shell', { dependsOn: [{ container: 'puppet', condition }] }),
      container('puppet', { healthCheck }),
    ]);
    await when('puppet running');
    if (happening.startsWith('exited')) puppet.ended.resolve(Number(happening.split(' ')[1]));
    if (happening === 'HEALTHY') puppet.setHealthy(true);
    await alone.net.clock.advance(happening === 'running' ? 0 : 3000);
    expect(events, happening).toContain(`puppet ${happening}`);
    expect(events.includes('shell running'), happening).toBe(starts);
  }
});

test('dependsOn: a whole chain starts in order', async () => {
  at = world();
  const { events } = at.start([
    container('third', { image: 'shell', dependsOn: [{ container: 'second', condition: 'START' }] }),
    container('second', { image: 'shell', dependsOn: [{ container: 'first', condition: 'START' }] }),
    container('first', { image: 'shell' }),
  ]);
  await settled();
  expect(events).toEqual(['first running', 'second running', 'third running']);
});

test.each([
  ['an image that is not in the catalogue', 'registry.test/what:1', {}, /^pull image registry.test\/what:1: not found/],
  ['an unknown registry', 'nowhere.test/echo', {}, /nowhere.test: no such host/],
  [
    'a registry out of reach',
    'echo',
    { subnet: 'subnet-external' },
    /dial tcp registry-1.docker.io:443: .*rtb-external/,
  ],
])('pull: %s: exited with the reason', async (_, name, options, message) => {
  at = world();
  const { state, workload } = at.start([container('web', { image: name })], options);
  expect(state('web')).toMatchObject({ phase: 'exited', reason: 'CannotPullContainerError' });
  expect(state('web')).toHaveProperty('message', expect.stringMatching(message));
  await workload.stop(0);
});

test('pull: a container that could not be pulled has not started for those that wait for it', async () => {
  at = world();
  const dependsOn = [{ container: 'web', condition: 'START' as const }];
  const { state } = at.start([container('web', { image: 'what' }), container('shell', { dependsOn })]);
  await settled();
  expect(state('shell')).toMatchObject({ phase: 'waiting' });
});

test('health: the program answers its own command, the observer hears of every change once', async () => {
  const puppet = new Puppet();
  at = world({ own: [image('puppet', puppet.program)] });
  const { events } = at.start([container('puppet', { healthCheck })]);
  await at.net.clock.advance(2500);
  puppet.setHealthy(true);
  await at.net.clock.advance(2000);
  puppet.setHealthy(false);
  await at.net.clock.advance(3000);
  expect(events).toEqual(['puppet running', 'puppet UNHEALTHY', 'puppet HEALTHY', 'puppet UNHEALTHY']);
});

test.each<[string, Program, object, string[]]>([
  ['a code', () => Promise.resolve(3), { exitCode: 3, reason: 'Error', message: '' }, []],
  ['success', () => Promise.resolve(0), { exitCode: 0, reason: 'Completed' }, []],
  ['an error', () => Promise.reject(new Error('no key')), { exitCode: 1, message: 'no key' }, ['web: no key']],
])('exit: %s', async (_, program, expected, lines) => {
  at = world({ own: [image('web', program)] });
  const { state, logs } = at.start([container('web')]);
  await settled();
  expect(state('web')).toMatchObject({ phase: 'exited', finishedAtMs: 0, ...expected });
  expect(logs).toEqual(lines);
});

test('logs, arguments and variables: as the container was defined, plus the runtime’s', async () => {
  const program: Program = ({ argv, env, log, readFile, hostname }) => {
    log(`${argv.join(' ')} | ${env['A']} ${env['AWS_ENDPOINT_URL']} | ${readFile('/token')} | ${hostname}`);
    return Promise.resolve(0);
  };
  at = world({ own: [image('web', program)] });
  const files = new Map([['/token', () => 'secret']]);
  const { logs } = at.start([container('web', { entryPoint: ['run'], command: ['-v'], env: { A: 'a' }, files })]);
  expect(logs).toEqual(['web: run -v | a http://aws.test | secret | host']);
});

test('restart: the container runs again, on the same port, as soon as it has exited', async () => {
  const puppet = new Puppet();
  at = world({ own: [image('puppet', puppet.program)] });
  const { workload, logs, when, events } = at.start([container('puppet', { command: ['listen'] })]);
  await expect.poll(() => logs.length).toBe(1);
  workload.restart('puppet'); // still running: nothing happens
  puppet.ended.resolve(1);
  puppet.ended = Promise.withResolvers();
  await when('puppet exited 1');
  workload.restart('puppet');
  await expect.poll(() => logs.length).toBe(2);
  expect(puppet.runs).toBe(2);
  expect(events).toEqual(['puppet running', 'puppet exited 1', 'puppet running']);
  await workload.connectInside(80).then((socket) => socket.destroy());
});

test('restart: also from within the observer', async () => {
  const puppet = new Puppet();
  const net = (at = world({ own: [image('puppet', puppet.program)] })).net;
  const eni = net.at('subnet-public', { withPublicIp: true });
  const spec = { id: 'w', hostname: 'w', network: { eniId: eni.id, ip: eni.ips[0]! }, linkLocal: new Map() };
  const around = { resolve: () => undefined, serviceEndpoint: () => undefined, linkLocal: () => undefined };
  const workload = at.runtime
    .for(() => ({ around }))
    .start(
      { ...spec, containers: [container('puppet', { command: ['listen'] })] },
      {
        log: () => {},
        containerChanged: (name, { phase }) => {
          if (phase !== 'exited' || puppet.runs > 1) return;
          puppet.ended = Promise.withResolvers();
          workload.restart(name);
        },
      },
    );
  puppet.ended.resolve(0);
  await expect.poll(() => puppet.runs).toBe(2);
  await settled();
  expect(workload.states().get('puppet')).toMatchObject({ phase: 'running' });
});

test('stop: listeners and connections end, what depends on others first', async () => {
  const puppet = new Puppet();
  const ended: string[] = [];
  const calling: Program = async ({ network, signal }) => {
    await network.connect('127.0.0.1', 81);
    await untilAborted(signal);
    ended.push('caller');
    return 0;
  };
  const called = Promise.withResolvers<Socket>();
  const answering: Program = async ({ network, signal }) => {
    await network.listen(81, (socket) => called.resolve(socket));
    await untilAborted(signal);
    ended.push('server');
    return 0;
  };
  at = world({ own: [image('caller', calling), image('server', answering), image('puppet', puppet.program)] });
  const { workload, events, eniId, ip } = at.start([
    container('server', { healthCheck: { ...healthCheck, test: { tcpPort: 81 } } }),
    container('caller', { dependsOn: [{ container: 'server', condition: 'HEALTHY' }] }),
  ]);
  await settled();
  await at.net.clock.advance(1000);
  const closed = once((await called.promise).resume(), 'close');
  const outside = at.net.at('subnet-public');
  const dial = () => at.net.fabric.dial({ eniId: outside.id, ip: outside.ips[0]! }, { ip, port: 81 });
  const connection = await dial();
  await workload.stop(1000);
  await closed;
  if (!connection.closed) await once(connection.resume(), 'close');
  expect(ended).toEqual(['caller', 'server']);
  expect(events.slice(-2)).toEqual(['caller exited 143', 'server exited 143']);
  await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(at.net.fabric.interfaces.has(eniId)).toBe(true);
});

test('stop: a program that does not end is given up after the grace period', async () => {
  const deaf: Program = async ({ network }) => {
    await network.listen(80, () => {});
    return new Promise(() => {});
  };
  at = world({ own: [image('deaf', deaf)] });
  const { workload, state } = at.start([container('deaf')]);
  const stopped = workload.stop(5000);
  await at.net.clock.advance(4900);
  expect(state('deaf')).toMatchObject({ phase: 'running' });
  void workload.stop(0); // a second, faster stop
  await at.net.clock.advance(600);
  await stopped;
  expect(state('deaf')).toMatchObject({ phase: 'exited', exitCode: 137 });
  expect(at.net.clock.pending).toBe(0);
});

test('stop: from within the observer that hears of the start', async () => {
  at = world();
  const eni = at.net.at('subnet-public', { withPublicIp: true });
  const spec = { id: 'w', hostname: 'w', network: { eniId: eni.id, ip: eni.ips[0]! }, linkLocal: new Map() };
  const around = { resolve: () => undefined, serviceEndpoint: () => undefined, linkLocal: () => undefined };
  const running: Promise<void>[] = [];
  const seen: string[] = [];
  const workload = at.runtime
    .for(() => ({ around }))
    .start(
      { ...spec, containers: [container('one', { image: 'shell' })] },
      {
        log: () => {},
        containerChanged: (_name, { phase }) => {
          seen.push(phase);
          if (phase === 'running') queueMicrotask(() => running.push(workload.stop(0)));
        },
      },
    );
  await expect.poll(() => seen).toEqual(['running', 'exited']);
  await Promise.all(running);
});

test('stop: containers that wait do not start any more', async () => {
  const puppet = new Puppet();
  at = world({ own: [image('puppet', puppet.program)] });
  const dependsOn = [{ container: 'puppet', condition: 'COMPLETE' as const }];
  const { workload, events }: Started = at.start([container('puppet'), container('shell', { dependsOn })]);
  await workload.stop(0);
  workload.restart('puppet');
  expect(events).toEqual(['puppet running', 'puppet exited 143']);
});

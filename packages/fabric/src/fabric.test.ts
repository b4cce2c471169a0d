import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, request } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Peer } from '@meshbed/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FabricError } from './errors.ts';
import { LoadBalancer } from './load-balancer.ts';
import { LoopbackListener } from './loopback/listener.ts';
import type { NetworkInterface } from './model.ts';
import { network, type Network } from './testing/network.ts';

let net: Network;
let caller: NetworkInterface;
let callee: NetworkInterface;
const origin = ({ id, ips }: NetworkInterface) => ({ eniId: id, ip: ips[0]! });

beforeEach(() => {
  net = network();
  caller = net.at('subnet-public', { withPublicIp: true });
  callee = net.at('subnet-private');
});
afterEach(() => net.fabric[Symbol.asyncDispose]());

const answerPeer = (socket: Socket, peer: Peer) => void socket.end(peer.ip);
const dial = (to: { ip: string; port: number }, from = caller) => net.fabric.dial(origin(from), to);
const failure = (dialing: Promise<Socket>) =>
  dialing.then(
    () => undefined,
    (error: unknown) => error as FabricError,
  );

describe('dial', () => {
  test('connected: bytes flow and the other end sees the private address', async () => {
    await net.fabric.listen({ ...origin(callee), port: 80 }, answerPeer);
    expect(await text(await dial({ ip: callee.ips[0]!, port: 80 }))).toBe(caller.ips[0]);
  });

  test('through NAT and Internet gateway: the other end sees the public address', async () => {
    await net.fabric.listen({ ...origin(caller), port: 80 }, answerPeer);
    const to = { ip: caller.publicIps.get(caller.ips[0]!)!, port: 80 };
    expect(await text(await dial(to, callee))).toBe(net.fabric.natGateways.get('nat-local')!.publicIp);
  });

  test('many at once: each is matched with its own caller', async () => {
    await net.fabric.listen({ ...origin(callee), port: 80 }, answerPeer);
    const callers = Array.from({ length: 50 }, () => net.at('subnet-public'));
    const seen = await Promise.all(
      callers.map(async (from) => text(await dial({ ip: callee.ips[0]!, port: 80 }, from))),
    );
    expect(seen).toEqual(callers.map(({ ips }) => ips[0]));
  });

  test('refused: at once', async () => {
    const error = await failure(dial({ ip: callee.ips[0]!, port: 81 }));
    expect(error).toMatchObject({ code: 'ECONNREFUSED', verdict: { kind: 'refused' } });
  });

  test('unreachable: at once, naming the route table', async () => {
    net.fabric.routeTables.get('rtb-public')!.routes = [];
    const error = await failure(dial({ ip: callee.ips[0]!, port: 81 }));
    expect(error).toMatchObject({ code: 'EHOSTUNREACH', verdict: { by: { object: 'rtb-public' } } });
  });

  test('dropped: silent until the time is over, then tells why', async () => {
    net.group('sg-open', 'vpc-local');
    let error: FabricError | undefined;
    const dialing = failure(dial({ ip: callee.ips[0]!, port: 80 })).then((found) => (error = found));
    await net.clock.advance(9_999);
    expect(error).toBeUndefined();
    await net.clock.advance(1);
    await dialing;
    expect(error).toMatchObject({ code: 'ETIMEDOUT', verdict: { reason: 'security-group-egress' } });
    expect(error?.message).toContain('none of the 0 egress rules of sg-open');
    expect(net.log.list('fabric')).toMatchObject([{ what: 'dropped', facts: { by: 'sg-open' } }]);
  });

  test('dropped, then admitted: the next retransmission gets through', async () => {
    const accepting = net.fabric.listen({ ...origin(callee), port: 80 }, (socket) => void socket.end());
    await accepting;
    const open = net.fabric.securityGroups.get('sg-open')!;
    const { rules } = open;
    open.rules = [];
    const dialing = dial({ ip: callee.ips[0]!, port: 80 });
    await net.clock.advance(1500);
    open.rules = rules;
    await net.clock.advance(1500);
    (await dialing).destroy();
    expect(net.clock.now()).toBe(3000);
  });

  test('aborted while dropped: rejects with the reason and leaves no timer', async () => {
    net.group('sg-open', 'vpc-local');
    const stop = new AbortController();
    const dialing = net.fabric.dial(origin(caller), { ip: callee.ips[0]!, port: 80 }, { signal: stop.signal });
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(dialing).rejects.toBe(reason);
    expect(net.clock.pending).toBe(0);
  });

  test('a reset by the other end: shows as ECONNRESET', async () => {
    await net.fabric.listen({ ...origin(callee), port: 80 }, (socket) => socket.resetAndDestroy());
    const socket = await dial({ ip: callee.ips[0]!, port: 80 });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });

  test('half-close: the caller may end first and still read', async () => {
    await net.fabric.listen({ ...origin(callee), port: 80 }, (socket) => {
      socket.on('data', (said: Buffer) => socket.once('end', () => void socket.end(`heard ${said.toString()}`)));
    });
    const socket = await dial({ ip: callee.ips[0]!, port: 80 });
    socket.allowHalfOpen = true;
    socket.end('hello');
    expect(await text(socket)).toBe('heard hello');
  });
});

describe('listen', () => {
  test('an HTTP server: takes connections of the fabric, and sees the caller address', async () => {
    const callers = new WeakMap<Socket, string>();
    const server = createHttpServer((message, response) => response.end(callers.get(message.socket)));
    await net.fabric.listen({ ...origin(callee), port: 80 }, (socket, { ip }) => {
      callers.set(socket, ip);
      server.emit('connection', socket);
    });
    const socket = await dial({ ip: callee.ips[0]!, port: 80 });
    const [response] = (await once(request({ createConnection: () => socket }).end(), 'response')) as [IncomingMessage];
    expect(await text(response)).toBe(caller.ips[0]);
  });

  test('a taken port: EADDRINUSE; free again after dispose', async () => {
    const at = { ...origin(callee), port: 80 };
    const first = await net.fabric.listen(at, answerPeer);
    await expect(net.fabric.listen(at, answerPeer)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first[Symbol.asyncDispose]();
    await net.fabric.listen(at, answerPeer);
    expect(await text(await dial({ ip: callee.ips[0]!, port: 80 }))).toBe(caller.ips[0]);
  });

  test('an address that the interface does not have: EADDRNOTAVAIL', async () => {
    const at = { eniId: callee.id, ip: '192.168.1.250', port: 80 };
    await expect(net.fabric.listen(at, answerPeer)).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  test.each([{ what: 'before any dial' }, { what: 'while a dial is under way', dialing: true }])(
    'a loopback connection that no dial made: destroyed $what',
    async ({ dialing }) => {
      const accepted: Peer[] = [];
      await using listener = await LoopbackListener.open((socket, peer) => {
        accepted.push(peer);
        socket.end();
      });
      const foreign = connect(listener.port, '127.0.0.1').resume();
      const own = dialing ? await listener.connect('192.168.0.9') : undefined;
      await once(foreign, 'close');
      own?.socket.destroy();
      expect(accepted.map(({ ip }) => ip)).toEqual(dialing ? ['192.168.0.9'] : []);
    },
  );

  test('disposed while dials are under way: each either connected or was refused', async () => {
    const at = { ...origin(callee), port: 80 };
    const listening = await net.fabric.listen(at, answerPeer);
    const dialing = Promise.allSettled(Array.from({ length: 20 }, () => dial(at)));
    await dial(at);
    await listening[Symbol.asyncDispose]();
    const failures = (await dialing).flatMap((result) =>
      result.status === 'rejected' ? [result.reason as FabricError] : [],
    );
    expect(failures.map(({ code }) => code)).toEqual(failures.map(() => 'ECONNREFUSED'));
  });

  test('disposed: ends what it accepted', async () => {
    const listening = await net.fabric.listen({ ...origin(callee), port: 80 }, (socket) => void socket.resume());
    const socket = (await dial({ ip: callee.ips[0]!, port: 80 })).resume();
    const closed = once(socket, 'close');
    await listening[Symbol.asyncDispose]();
    await closed;
    expect(net.fabric.explain(origin(caller), { ip: callee.ips[0]!, port: 80 }).kind).toBe('refused');
  });
});

describe('expose', () => {
  test('a process that listens on loopback by itself: reached under its address until disposed', async () => {
    const server = createServer((socket) => void socket.end('child')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const exposed = net.fabric.expose({ ...origin(callee), port: 80 }, (server.address() as AddressInfo).port);
    expect(await text(await dial({ ip: callee.ips[0]!, port: 80 }))).toBe('child');
    server.close();
    await once(server, 'close');
    expect((await failure(dial({ ip: callee.ips[0]!, port: 80 })))?.code).toBe('ECONNREFUSED');
    exposed[Symbol.dispose]();
    expect((await failure(dial({ ip: callee.ips[0]!, port: 80 })))?.verdict?.kind).toBe('refused');
  });
});

describe('interfaces', () => {
  test('a full subnet: InsufficientFreeAddressesInSubnet', () => {
    net.fabric.subnets.get('subnet-external')!.cidr = '10.1.1.0/28';
    const addresses = Array.from({ length: 11 }, () => net.at('subnet-external').ips[0]);
    expect(addresses[0]).toBe('10.1.1.4');
    expect(new Set(addresses).size).toBe(11);
    expect(() => net.at('subnet-external')).toThrow(
      expect.objectContaining({ code: 'InsufficientFreeAddressesInSubnet' }),
    );
  });

  test('an address given back: used again only after the others', () => {
    const extra = net.fabric.assignIp(callee.id);
    net.fabric.unassignIp(callee.id, extra);
    expect(net.fabric.assignIp(callee.id)).not.toBe(extra);
  });

  test('public addresses: from the documentation ranges, unique', () => {
    net.fabric.subnets.get('subnet-external')!.cidr = '10.1.0.0/20';
    const addresses = Array.from({ length: 300 }, () => {
      return net.at('subnet-external', { withPublicIp: true }).publicIps.values().next().value!;
    });
    expect(new Set(addresses).size).toBe(300);
    expect(addresses.filter((ip) => !/^(203\.0\.113|198\.51\.100)\.\d+$/.test(ip))).toEqual([]);
  });

  test('deleted: its listeners end', async () => {
    await net.fabric.listen({ ...origin(callee), port: 80 }, answerPeer);
    net.fabric.deleteInterface(callee.id);
    expect(net.fabric.explain(origin(caller), { ip: callee.ips[0]!, port: 80 })).toMatchObject({
      reason: 'address-unused',
    });
  });
});

const balancer = async (targets: () => { eniId: string; ip: string; port: number }[]) => {
  const at = net.at('subnet-public', { groupIds: [], withPublicIp: true });
  const created = new LoadBalancer(net.fabric, {
    arn: 'arn:lb',
    name: 'lb',
    dnsName: 'LB.elb.us-east-2.amazonaws.com',
    vpcId: 'vpc-local',
    groupIds: [],
    scheme: 'internet-facing',
    enis: [at.id],
  });
  created.listeners.set(15012, { targets });
  await created.open();
  return { created, at };
};

describe('load balancer', () => {
  test('its name: resolves to the public address and leads to the targets in turn', async () => {
    const backends = [net.at('subnet-private'), net.at('subnet-private')];
    for (const backend of backends) {
      await net.fabric.listen({ ...origin(backend), port: 80 }, (socket) => void socket.end(backend.id));
    }
    const { at } = await balancer(() => backends.map((backend) => ({ ...origin(backend), port: 80 })));
    const [ip = ''] = net.fabric.names.resolve('lb.elb.us-east-2.amazonaws.com.', { vpcId: 'vpc-local' });
    expect(ip).toBe(at.publicIps.get(at.ips[0]!));
    const answers = [await text(await dial({ ip, port: 15012 })), await text(await dial({ ip, port: 15012 }))];
    expect(answers.toSorted()).toEqual(backends.map(({ id }) => id).toSorted());
  });

  test.each([
    { what: 'no healthy target', targets: () => [] },
    { what: 'a target that refuses', targets: () => [{ ...origin(callee), port: 9 }] },
  ])('$what: resets the client', async ({ targets }) => {
    const { at } = await balancer(targets);
    const socket = await dial({ ip: at.ips[0]!, port: 15012 });
    expect(((await once(socket, 'error')) as [NodeJS.ErrnoException])[0].code).toBe('ECONNRESET');
  });

  test('half-close: passes through, both ways', async () => {
    await net.fabric.listen({ ...origin(callee), port: 80 }, (socket) => {
      socket.on('data', (said: Buffer) => socket.once('end', () => void socket.end(`heard ${said.toString()}`)));
    });
    const { at } = await balancer(() => [{ ...origin(callee), port: 80 }]);
    const socket = await dial({ ip: at.ips[0]!, port: 15012 });
    socket.allowHalfOpen = true;
    socket.end('hello');
    expect(await text(socket)).toBe('heard hello');
  });

  test('its target resets: the client is reset too', async () => {
    await net.fabric.listen({ ...origin(callee), port: 80 }, (socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const { at } = await balancer(() => [{ ...origin(callee), port: 80 }]);
    const socket = await dial({ ip: at.ips[0]!, port: 15012 });
    socket.write('hello');
    expect(((await once(socket, 'error')) as [NodeJS.ErrnoException])[0].code).toBe('ECONNRESET');
  });

  test('a listener removed: no longer listens after open; closed: the name is gone', async () => {
    const { created, at } = await balancer(() => []);
    created.listeners.clear();
    await created.open();
    expect((await failure(dial({ ip: at.ips[0]!, port: 15012 })))?.code).toBe('ECONNREFUSED');
    await created.close();
    expect(net.fabric.names.resolve(created.dnsName!, { vpcId: 'vpc-local' })).toEqual([]);
  });
});

describe('internet', () => {
  test('a host outside: reached by name and port until removed', async () => {
    const server = createServer((socket) => void socket.end('aws')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = (server.address() as AddressInfo).port;
    const host = net.fabric.internet.add({ names: ['aws.meshbed.internal'], ports: new Map([[80, port]]) });
    const [ip = ''] = net.fabric.names.resolve('aws.meshbed.internal', { vpcId: 'vpc-local' });
    expect(await text(await dial({ ip, port: 80 }, callee))).toBe('aws');
    host[Symbol.dispose]();
    expect(net.fabric.names.resolve('aws.meshbed.internal', { vpcId: 'vpc-local' })).toEqual([]);
    server.close();
    await once(server, 'close');
  });
});

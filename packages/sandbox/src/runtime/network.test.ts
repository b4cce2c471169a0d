import { once } from 'node:events';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { network as testNetwork } from '@meshbed/fabric/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FabricNetwork, type NetworkSurroundings, nothingAround } from './network.ts';
import { LoopbackPort } from './loopback.ts';
import { NetworkScope } from './scope.ts';

let net: ReturnType<typeof testNetwork>;
let near: FabricNetwork;
let far: FabricNetwork;
beforeEach(() => {
  net = testNetwork();
  [near, far] = [join(), join()];
});
afterEach(async () => {
  await Promise.all([near[Symbol.asyncDispose](), far[Symbol.asyncDispose]()]);
  await net.fabric[Symbol.asyncDispose]();
});

function join(around: Partial<NetworkSurroundings> = {}): FabricNetwork {
  const { id, ips } = net.at('subnet-public');
  return new FabricNetwork(net.fabric, { eniId: id, ip: ips[0]! }, { ...nothingAround, ...around });
}

const say = (word: string) => (socket: Socket) => void socket.end(word);
const heard = async (connecting: Promise<Socket>) => text(await connecting);

describe('network', () => {
  test('a port: from outside under the address, from inside under 127.0.0.1, each with its peer', async () => {
    await near.listen(80, (socket, { ip }) => void socket.end(ip));
    expect(await heard(far.connect(near.ip, 80))).toBe(far.ip);
    expect(await heard(near.connect('localhost', 80))).toBe('127.0.0.1');
    expect(await heard(near.connect('127.0.0.1', 80))).toBe('127.0.0.1');
  });

  test('loopback: only from inside', async () => {
    await near.listen(80, say('inside'), { loopback: true });
    expect(await heard(near.connect('127.0.0.1', 80))).toBe('inside');
    await expect(far.connect(near.ip, 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(near.connect('127.0.0.1', 81)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a taken port: EADDRINUSE, and free again once disposed', async () => {
    const first = await near.listen(80, say('first'));
    await expect(near.listen(80, say('second'))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first[Symbol.asyncDispose]();
    await near.listen(80, say('second'));
    expect(await heard(far.connect(near.ip, 80))).toBe('second');
  });

  test('an address that is gone: listening fails and can be tried again', async () => {
    const { eniId, ip } = near;
    const port = await far.listen(1, say(''));
    await port[Symbol.asyncDispose]();
    net.fabric.deleteInterface(eniId);
    await expect(near.listen(80, say(''))).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
    await expect(near.listen(80, say(''))).rejects.toThrow(ip);
  });

  test('names: the cluster’s first, then the VPC’s; unknown ones are not found', async () => {
    net.fabric.names.set('both', () => ['192.168.0.200']);
    net.fabric.names.set('vpc', () => [far.ip]);
    await using pod = join({ resolve: (name) => (name === 'both' ? [far.ip] : undefined) });
    await far.listen(80, say('found'));
    expect(await heard(pod.connect('both', 80))).toBe('found');
    expect(await heard(pod.connect('vpc', 80))).toBe('found');
    expect(await pod.resolve('192.168.0.9')).toEqual(['192.168.0.9']);
    await expect(pod.connect('nobody', 80)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('service addresses: lead to an endpoint, or are refused without one', async () => {
    await far.listen(8080, say('endpoint'));
    const endpoints = (ip: string) => (ip === '10.100.0.1' ? { ip: far.ip, port: 8080 } : 'no-endpoints');
    await using pod = join({ serviceEndpoint: endpoints });
    expect(await heard(pod.connect('10.100.0.1', 80))).toBe('endpoint');
    await expect(pod.connect('10.100.0.2', 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('link-local addresses: an agent of the node, or nobody; never this machine’s', async () => {
    await near.listen(80, say('agent'), { address: '169.254.170.23' });
    await using pod = join({ linkLocal: (ip, port) => near.linkLocalPort(ip, port) });
    expect(await heard(pod.connect('169.254.170.23', 80))).toBe('agent');
    await expect(pod.connect('169.254.169.254', 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(near.connect('127.0.0.1', 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('redirect: takes what comes in and goes out, but not what stays inside or goes past it', async () => {
    await near.listen(80, say('application'));
    await near.listen(15008, say('proxy'), { unredirected: true });
    await far.listen(80, say('far'));
    const inside = new LoopbackPort(say('captured'));
    near.redirect = {
      outbound: () => inside.connect(),
      inbound: (socket, peer, port) => void socket.end(`in ${peer.ip}:${port}`),
    };
    expect(await heard(near.connect('10.9.9.9', 80))).toBe('captured');
    expect(await heard(near.connect('localhost', 80))).toBe('application');
    expect(await heard(near.connectDirect(far.ip, 80))).toBe('far');
    expect(await heard(far.connect(near.ip, 80))).toBe(`in ${far.ip}:80`);
    expect(await heard(far.connect(near.ip, 15008))).toBe('proxy');
    await inside[Symbol.asyncDispose]();
  });
});

describe('scope', () => {
  test('dispose: ends listeners, connections both ways, and pending dials; the network stays', async () => {
    const scope = new NetworkScope(near);
    await far.listen(80, (socket) => void socket.resume());
    const accepted = Promise.withResolvers<Socket>();
    await scope.listen(80, (socket) => accepted.resolve(socket.resume()));
    const outgoing = await scope.connectDirect(far.ip, 80);
    const incoming = await far.connect(near.ip, 80);
    const closed = Promise.all(
      [outgoing, incoming.resume(), await accepted.promise].map((each) => once(each, 'close')),
    );
    net.group('sg-silent', 'vpc-local');
    net.fabric.interfaces.get(near.eniId)!.groupIds = ['sg-silent'];
    const silent = expect(scope.connect(far.ip, 81)).rejects.toThrow('the container has ended');
    await scope[Symbol.asyncDispose]();
    await Promise.all([closed, silent]);
    net.fabric.interfaces.get(near.eniId)!.groupIds = ['sg-open'];
    expect(net.clock.pending).toBe(0);
    await expect(far.connect(near.ip, 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await near.listen(80, say('again'));
    expect(await heard(far.connect(near.ip, 80))).toBe('again');
  });

  test('dispose: only the redirect that came through it', async () => {
    const redirect = { outbound: () => Promise.reject(new Error('unused')), inbound: () => {} };
    near.redirect = redirect;
    await new NetworkScope(near)[Symbol.asyncDispose]();
    expect(near.redirect).toBe(redirect);
    const scope = new NetworkScope(near);
    scope.redirect = redirect;
    await scope[Symbol.asyncDispose]();
    expect(near.redirect).toBeUndefined();
  });

  test('after the end: neither listens nor connects', async () => {
    const scope = new NetworkScope(near);
    await far.listen(80, say('hello'));
    const ends = [scope.listen(80, say('late')), scope.connect(far.ip, 80)];
    await scope[Symbol.asyncDispose]();
    for (const end of await Promise.allSettled(ends)) expect(end.status).toBe('rejected');
    await expect(scope.connect(far.ip, 80)).rejects.toThrow('the container has ended');
    await expect(far.connect(near.ip, 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

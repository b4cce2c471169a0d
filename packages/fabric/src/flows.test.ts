import { once } from 'node:events';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NetworkInterface } from './model.ts';
import { network, type Network } from './testing/network.ts';

let net: Network;
let caller: NetworkInterface;
let callee: NetworkInterface;
let neighbour: NetworkInterface;
const origin = ({ id, ips }: NetworkInterface) => ({ eniId: id, ip: ips[0]! });

beforeEach(() => {
  net = network();
  caller = net.at('subnet-private');
  callee = net.at('subnet-external');
  neighbour = net.at('subnet-private');
});
afterEach(() => net.fabric[Symbol.asyncDispose]());

/** What is spoken over a connection: the two ends of a stream that echoes. */
interface Protocol {
  serve: (socket: Socket) => void;
  open: (socket: Socket) => Promise<Duplex>;
}

const secret = Buffer.from('secret');
const psk = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
const echo = (stream: Duplex) => void stream.on('error', () => {}).pipe(stream);

const protocols: Record<string, Protocol> = {
  TCP: { serve: echo, open: (socket) => Promise.resolve(socket) },
  TLS: {
    serve: (socket) => void createTlsServer({ ...psk, pskCallback: () => secret }, echo).emit('connection', socket),
    async open(socket) {
      const secure = connectTls({
        socket,
        ...psk,
        pskCallback: () => ({ psk: secret, identity: 'caller' }),
        checkServerIdentity: () => undefined,
      });
      await once(secure, 'secureConnect');
      return secure;
    },
  },
  'HTTP/2': {
    serve(socket) {
      const server = createHttp2Server().on('stream', (stream) => {
        stream.respond({ ':status': 200 });
        echo(stream);
      });
      server.emit('connection', socket);
    },
    open(socket) {
      const session = connectHttp2('http://mesh', { createConnection: () => socket });
      return Promise.resolve(session.request({ ':method': 'CONNECT', ':authority': 'mesh:80' }));
    },
  },
};

/** A conversation with something that echoes. */
class Echo {
  readonly stream: Duplex;
  #heard = '';

  constructor(stream: Duplex) {
    this.stream = stream.on('error', () => {}).on('data', (chunk: Buffer) => (this.#heard += chunk.toString()));
  }

  get heard(): string {
    return this.#heard;
  }

  say(word: string): void {
    this.stream.write(word);
  }

  async hears(text: string): Promise<void> {
    while (!this.#heard.endsWith(text)) await once(this.stream, 'data');
  }
}

async function echoFrom(to: NetworkInterface, { serve, open }: Protocol): Promise<Echo> {
  await net.fabric.listen({ ...origin(to), port: 80 }, serve);
  return new Echo(await open(await net.fabric.dial(origin(caller), { ip: to.ips[0]!, port: 80 })));
}

/** Time enough for what would arrive: another conversation goes to and fro. */
async function meanwhile(): Promise<void> {
  const other = await echoFrom(neighbour, protocols['TCP']!);
  for (let turn = 0; turn < 20; turn++) {
    other.say(`${turn};`);
    await other.hears(`${turn};`);
  }
}

const tableOf = (id: string) => net.fabric.routeTables.get(id)!;
const privateRoutes = () => tableOf('rtb-private').routes;

/** Ways to lose a route, each with the way back. */
const losses: Record<string, () => () => void> = {
  'the route': () => replaced(tableOf('rtb-private'), 'routes', privateRoutes().slice(0, 1)),
  'the way back': () => replaced(tableOf('rtb-external'), 'routes', []),
  'the peering': () => replaced(net.fabric.peerings.get('pcx-both')!, 'status', 'deleting'),
};

function replaced<T, K extends keyof T>(object: T, key: K, value: T[K]): () => void {
  const before = object[key];
  object[key] = value;
  return () => void (object[key] = before);
}

describe('a connection under way', () => {
  const cases = Object.keys(protocols).flatMap((protocol) => Object.keys(losses).map((lost) => ({ protocol, lost })));

  test.each(cases)('$protocol without $lost: silent, and goes on when it is back', async ({ protocol, lost }) => {
    const conversation = await echoFrom(callee, protocols[protocol]!);
    conversation.say('before ');
    await conversation.hears('before ');
    const restore = losses[lost]!();
    net.fabric.reroute();
    conversation.say('meanwhile ');
    await meanwhile();
    expect(conversation.heard).toBe('before ');
    restore();
    net.fabric.reroute();
    await conversation.hears('meanwhile ');
  });

  test('without its security group rules: goes on, since it is tracked', async () => {
    const conversation = await echoFrom(callee, protocols['TCP']!);
    net.group('sg-open', 'vpc-local');
    net.group('sg-open-external', 'vpc-external');
    net.fabric.reroute();
    conversation.say('still here');
    await conversation.hears('still here');
    expect(conversation.heard).toBe('still here');
  });

  test('the caller hangs up while it is silent: the other end hears of it', async () => {
    const accepted = Promise.withResolvers<Socket>();
    await net.fabric.listen({ ...origin(callee), port: 80 }, (socket) => accepted.resolve(socket.resume()));
    const socket = await net.fabric.dial(origin(caller), { ip: callee.ips[0]!, port: 80 });
    losses['the route']!();
    net.fabric.reroute();
    const { promise } = accepted;
    const ended = once(await promise, 'end');
    socket.destroy();
    await ended;
    expect((await promise).readableEnded).toBe(true);
  });
});

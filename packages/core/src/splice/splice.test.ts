import { connect, constants, createServer, type Http2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { socketPair } from '../loopback/index.ts';
import { ending, nextText } from '../testing/index.ts';
import { splice, type SpliceOptions } from './index.ts';

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const action of cleanup.splice(0)) action();
});

async function streamPair(): Promise<[Http2Stream & NodeJS.ReadWriteStream, Http2Stream & NodeJS.ReadWriteStream]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'stream');
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  session.on('error', () => {});
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'a:1' });
  stream.on('error', () => {});
  const [far] = await accepted;
  far.on('error', () => {});
  far.respond({ ':status': 200 });
  await once(stream, 'response');
  cleanup.push(() => {
    session.destroy();
    server.close();
  });
  return [stream, far];
}

/** caller ⇄ [client side of a tunnel] ⇄ [server side] ⇄ application, as between two ztunnels. */
async function tunnel(resets: SpliceOptions['resets']) {
  const [caller, near] = await socketPair();
  const [stream, far] = await streamPair();
  const [onward, application] = await socketPair();
  const source = splice(near, stream, { resets });
  const destination = splice(far, onward, { resets });
  cleanup.push(() => [caller, near, onward, application].forEach((socket) => socket.destroy()));
  return { caller, application, stream, far, source, destination };
}

const kinds: [string, SpliceOptions['resets']][] = [
  ['propagate', 'propagate'],
  ['end', 'end'],
];

describe.each(kinds)('splice over a tunnel, resets: %s', (_, resets) => {
  test('half-close: the caller is done, the answer still arrives', async () => {
    const { caller, application, source, destination } = await tunnel(resets);
    const asked = ending(application);
    caller.end('question');
    expect(await asked).toEqual({ how: 'end', text: 'question' });
    const answered = ending(caller);
    application.write('an');
    application.end('swer');
    expect(await answered).toEqual({ how: 'end', text: 'answer' });
    expect(await source).toEqual({ forward: 8, backward: 6 });
    expect(await destination).toEqual({ forward: 8, backward: 6 });
  });

  test('half-close the other way: the application is done, the caller goes on', async () => {
    const { caller, application, destination } = await tunnel(resets);
    const greeted = ending(caller);
    application.end('bye');
    expect(await greeted).toEqual({ how: 'end', text: 'bye' });
    const heard = ending(application);
    caller.end('more');
    expect(await heard).toEqual({ how: 'end', text: 'more' });
    await destination;
  });

  test('megabytes against a slow reader: arrive complete', async () => {
    const { caller, application, destination } = await tunnel(resets);
    const size = 20 << 20;
    application.pause();
    caller.end(Buffer.alloc(size));
    let received = 0;
    application.on('data', (chunk: Buffer) => (received += chunk.length));
    application.once('end', () => application.end());
    caller.resume();
    await new Promise(setImmediate);
    application.resume();
    expect(await destination).toEqual({ forward: size, backward: 0 });
    expect(received).toBe(size);
  });

  test('a cut by the destination (CANCEL): the caller sees the end', async () => {
    const { caller, application, far } = await tunnel(resets);
    const seen = ending(caller);
    application.write('part');
    await nextText(caller);
    (far as Http2Stream).close(constants.NGHTTP2_CANCEL);
    expect((await seen).how).toBe('end');
  });

  test('an error of the destination: the caller sees a reset', async () => {
    const { caller, far } = await tunnel(resets);
    const seen = ending(caller);
    (far as Http2Stream).destroy(new Error('broken'));
    expect((await seen).how).toBe('reset');
  });

  test('the caller vanishes: the application is told', async () => {
    const { caller, application, source, destination } = await tunnel(resets);
    const seen = ending(application);
    caller.write('x');
    await nextText(application);
    caller.resetAndDestroy();
    expect((await seen).how).toBe(resets === 'propagate' ? 'reset' : 'end');
    application.destroy();
    await Promise.all([source, destination]);
  });
});

describe('splice: a reset by the application', () => {
  test.each([
    ['propagate', 'reset', false],
    ['propagate', 'reset', true],
    ['end', 'end', false],
    ['end', 'end', true],
  ] as const)('resets %s: the caller sees %s (after bytes: %s)', async (resets, how, afterBytes) => {
    const { caller, application, source, destination } = await tunnel(resets);
    const seen = ending(caller);
    caller.write('request');
    await nextText(application);
    if (afterBytes) {
      application.write('half an ans');
      await once(caller, 'data');
    }
    application.resetAndDestroy();
    expect(await seen).toEqual({ how, text: afterBytes ? 'half an ans' : '' });
    await Promise.all([source, destination]);
  });

  test('without a tunnel between: the same', async () => {
    const [caller, near] = await socketPair();
    const [onward, application] = await socketPair();
    const done = splice(near, onward);
    const seen = ending(caller);
    caller.write('request');
    await nextText(application as Socket);
    application.resetAndDestroy();
    expect((await seen).how).toBe('reset');
    expect(await done).toEqual({ forward: 7, backward: 0 });
  });

  test('sockets of a server that knows no half-close: get it here', async () => {
    const [caller, near] = await socketPair();
    const [onward, application] = await socketPair();
    near.allowHalfOpen = false;
    onward.allowHalfOpen = false;
    void splice(near, onward);
    const asked = ending(application);
    caller.end('question');
    expect(await asked).toEqual({ how: 'end', text: 'question' });
    const answered = ending(caller);
    application.end('answer');
    expect(await answered).toEqual({ how: 'end', text: 'answer' });
  });
});

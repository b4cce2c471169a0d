import type { Duplex } from 'node:stream';
import type { CommandChannels } from './command.ts';
import { SpdySession, type SpdyStream } from './spdy/session.ts';
import { type CommandOptions, parseSize } from './websocket-channels.ts';

/**
 * Exec and attach over SPDY: one stream per channel, told apart by the header `streamtype`.
 * Resolves when the client has opened all that its query announced.
 */
export function spdyChannels(transport: Duplex, options: CommandOptions): Promise<CommandChannels> {
  const expected = expectedStreams(options);
  const streams = new Map<string, SpdyStream>();
  return new Promise((resolve, reject) => {
    const session = new SpdySession(transport, (stream) => {
      streams.set(stream.headers['streamtype'] ?? '', stream);
      if (expected.every((type) => streams.has(type))) resolve(toChannels(session, streams));
    });
    session.closed.then(() => reject(new Error('the client left before it opened its streams')), reject);
  });
}

function expectedStreams({ stdin, stdout, stderr, tty }: CommandOptions): string[] {
  const wanted = { error: true, stdin, stdout, stderr: stderr && !tty, resize: tty };
  return Object.entries(wanted).flatMap(([type, wants]) => (wants ? [type] : []));
}

function toChannels(session: SpdySession, streams: ReadonlyMap<string, SpdyStream>): CommandChannels {
  const gone = new AbortController();
  void session.closed.then(() => gone.abort());
  return {
    stdin: streams.get('stdin'),
    stdout: streams.get('stdout'),
    stderr: streams.get('stderr'),
    onResize(listener) {
      streams.get('resize')?.on('data', (message: Buffer) => {
        const size = parseSize(message);
        if (size) listener(size);
      });
    },
    gone: gone.signal,
    async finish(status) {
      const error = streams.get('error');
      error?.write(JSON.stringify(status));
      await Promise.all([...streams.values()].map((stream) => ended(stream)));
      session.end();
    },
  };
}

function ended(stream: SpdyStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', resolve);
    stream.end(resolve);
  });
}

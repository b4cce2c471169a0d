/** Couples two byte streams: TCP sockets, or streams of an HBONE connection. */
import type { Http2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface SpliceOptions {
  /**
   * What a TCP reset on one side becomes on the other: `propagate` a reset (RST, or RST_STREAM with an error), `end` the
   * end of the stream, which is what ztunnel makes of it.
   */
  resets: 'propagate' | 'end';
}

export interface Transferred {
  /** Bytes from the first stream to the second. */
  forward: number;
  /** Bytes from the second to the first. */
  backward: number;
}

/**
 * Copies both ways until both streams are closed. Each direction ends by itself (half-close). RST_STREAM with NO_ERROR
 * or CANCEL is the end of the stream, any other code a reset.
 */
export async function splice(
  first: Duplex,
  second: Duplex,
  options: SpliceOptions = { resets: 'propagate' },
): Promise<Transferred> {
  const transferred = { forward: 0, backward: 0 };
  const closed = [join(first, second, options), join(second, first, options)];
  copy(first, second, (bytes) => (transferred.forward += bytes));
  copy(second, first, (bytes) => (transferred.backward += bytes));
  await Promise.all(closed);
  return transferred;
}

function copy(source: Duplex, target: Duplex, count: (bytes: number) => void): void {
  const forward = (chunk: Buffer) => {
    count(chunk.length);
    if (target.destroyed || target.writableEnded || target.write(chunk)) return;
    source.pause();
    target.once('drain', () => source.resume());
  };
  source.on('data', forward);
  source.once('end', () => onEnd(source, () => finishWriting(target)));
  source.resume(); // 'data' alone does not undo an explicit pause
}

/** On a reset HTTP/2 streams say `end` first; one turn later it is known whether the reset follows. */
function onEnd(source: Duplex, action: () => void): void {
  if (!isHttp2(source)) return action();
  setImmediate(() => {
    if (!source.aborted && !source.rstCode) action();
  });
}

function finishWriting(target: Duplex): void {
  if (!target.destroyed && !target.writableEnded) target.end();
}

/** Resolves when `stream` is closed; ends `other` with it unless both came to their end in good order. */
function join(stream: Duplex, other: Duplex, { resets }: SpliceOptions): Promise<void> {
  let failed = false;
  if (!isHttp2(stream)) stream.allowHalfOpen = true;
  stream.on('error', () => (failed = true));
  return new Promise((resolve) => {
    const onClose = () => {
      resolve();
      if (other.destroyed) return;
      if (wasReset(stream, failed && resets === 'propagate')) reset(other);
      else if (failed || !stream.readableEnded || isAborted(stream)) close(other);
    };
    if (stream.destroyed && stream.closed) onClose();
    else stream.once('close', onClose);
  });
}

const isHttp2 = (stream: Duplex): stream is Http2Stream => 'rstCode' in stream;
const isAborted = (stream: Duplex) => isHttp2(stream) && stream.aborted;
/** NO_ERROR and CANCEL of HTTP/2 (RFC 9113 section 7), as numbers: node:http2 is not loaded for them. */
const endCodes: readonly number[] = [0, 8];

const wasReset = (stream: Duplex, tcpReset: boolean) =>
  isHttp2(stream) ? stream.rstCode !== undefined && !endCodes.includes(stream.rstCode) : tcpReset;

function reset(stream: Duplex): void {
  // Destroyed with an error, a stream sends RST_STREAM alone; close() would send END_STREAM before it.
  if (isHttp2(stream)) stream.destroy(new Error('the other side was reset'));
  else (stream as Socket).resetAndDestroy();
}

function close(stream: Duplex): void {
  if (isHttp2(stream)) stream.close();
  else (stream as Socket).destroySoon();
}

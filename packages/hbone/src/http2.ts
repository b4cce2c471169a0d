/** Parameters of the HTTP/2 connections between ztunnels, as ztunnel sets them. */
import type { Clock } from '@meshbed/core';
import type { Http2Session, Settings } from 'node:http2';
import type { Duplex } from 'node:stream';

const mebibyte = 1 << 20;
const streamWindow = 4 * mebibyte;
/** Four stalled streams fit, a fifth still moves. */
const connectionWindow = 16 * mebibyte;

const common = { initialWindowSize: streamWindow, maxFrameSize: mebibyte };
export const serverSettings: Settings = { ...common, maxConcurrentStreams: 200, maxHeaderListSize: 65_536 };
export const clientSettings: Settings = { ...common, enablePush: false, maxHeaderListSize: 16_384 };

/** Megabytes; the default of 10 is less than one connection window. */
export const maxSessionMemory = 1000;

const pingEveryMs = 10_000;
const pingTimeoutMs = 20_000;

/**
 * Opens the connection's window and pings the peer until the session closes; a peer that stays silent is dropped, and
 * so is one that closes its half of the socket, which Node would take for a half-open TLS connection and keep.
 */
export function tend(session: Http2Session, socket: Duplex, clock: Clock): void {
  session.setLocalWindowSize(connectionWindow);
  const stop = keepAlive(session, clock);
  const lost = () => session.destroy(new Error('the peer closed the connection'));
  socket.once('end', lost);
  session.once('close', () => {
    socket.removeListener('end', lost);
    stop();
  });
}

function keepAlive(session: Http2Session, clock: Clock): () => void {
  let timers: Disposable[] = [];
  const stop = () => {
    for (const timer of timers) timer[Symbol.dispose]();
    timers = [];
  };
  const schedule = () => {
    stop();
    if (!session.destroyed) timers = [clock.after(pingEveryMs, ping)];
  };
  const ping = () => {
    if (session.destroyed) return;
    timers = [clock.after(pingTimeoutMs, () => session.destroy(new Error('the peer does not answer pings')))];
    session.ping(schedule);
  };
  schedule();
  return stop;
}

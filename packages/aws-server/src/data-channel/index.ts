import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock, EventLog, ExecSession, Ids } from '@meshbed/core';
import { type WebSocket, WebSocketServer } from 'ws';
import { DataChannelSession } from './session.ts';

export interface DataChannelsOptions {
  clock: Clock;
  ids: Ids;
  log: EventLog;
}

export interface OpenedChannel {
  sessionId: string;
  tokenValue: string;
  /** Of the websocket, on the server that hands the upgrade over. */
  path: string;
}

interface WaitingSession {
  token: string;
  open: () => ExecSession;
  expiry: Disposable;
}

const prefix = '/v1/data-channel/';
/** ECS Exec gives up an idle session after 20 minutes; the limit is not configurable there either. */
const unusedSessionMs = 20 * 60_000;

/** The websocket end of ECS Exec: sessions wait here for the one client that knows their token. */
export class DataChannels implements Disposable {
  /** Of the paths that belong here. */
  readonly prefix: string = prefix;
  readonly #options: DataChannelsOptions;
  readonly #waiting = new Map<string, WaitingSession>();
  readonly #websockets = new WebSocketServer({ noServer: true });

  constructor(options: DataChannelsOptions) {
    this.#options = options;
  }

  /** Prepares a session; `open` starts the command once the client has shaken hands. */
  prepare(open: () => ExecSession): OpenedChannel {
    const sessionId = `ecs-execute-command-${this.#options.ids.hex(17)}`;
    const token = randomBytes(48).toString('base64');
    const expiry = this.#options.clock.after(unusedSessionMs, () => this.#waiting.delete(sessionId));
    this.#waiting.set(sessionId, { token, open, expiry });
    return { sessionId, tokenValue: token, path: `${prefix}${sessionId}?role=publish_subscribe` };
  }

  /** Takes over an HTTP upgrade when its path is a data channel's; false when it is somebody else's. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const { pathname } = new URL(request.url ?? '/', 'ws://localhost');
    if (!pathname.startsWith(prefix)) return false;
    const sessionId = pathname.slice(prefix.length);
    const session = this.#waiting.get(sessionId);
    if (!session) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return true;
    }
    this.#forget(sessionId, session);
    this.#websockets.handleUpgrade(request, socket, head, (websocket) => this.#serve(websocket, sessionId, session));
    return true;
  }

  #serve(websocket: WebSocket, id: string, { token, open }: WaitingSession): void {
    const { clock, ids, log } = this.#options;
    const session = new DataChannelSession(
      { id, token, clock, ids, open },
      {
        send: (frame) => websocket.send(frame),
        close: (code, reason) => {
          log.write('ecs-exec', 'session closed', { session: id, reason });
          websocket.close(code, reason.slice(0, 120)); // a close frame carries at most 123 bytes of reason
        },
      },
    );
    websocket.on('message', (data: Buffer, isBinary: boolean) =>
      isBinary ? session.binary(data) : session.text(data.toString()),
    );
    websocket.on('close', () => session.disconnected());
    websocket.on('error', () => session.disconnected());
  }

  #forget(sessionId: string, { expiry }: WaitingSession): void {
    expiry[Symbol.dispose]();
    this.#waiting.delete(sessionId);
  }

  [Symbol.dispose](): void {
    for (const [id, session] of this.#waiting) this.#forget(id, session);
    for (const websocket of this.#websockets.clients) websocket.terminate();
    this.#websockets.close();
  }
}

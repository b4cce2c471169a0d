import type { Peer } from '@meshbed/core';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { type Authority, parseAuthority } from '../authority.ts';
import type { SpiffeIdentity } from '../identity/index.ts';

export interface ConnectRequest {
  authority: Authority;
  /** From the certificate of the TLS connection. Nothing that the peer writes can change it. */
  peerIdentity: SpiffeIdentity;
  /** Claims of the peer, for telemetry only. */
  headers: IncomingHttpHeaders;
  peer: Peer;
}

/** Exactly one of the two, once. */
export interface Responder {
  /** Answers 200; undefined when the caller has gone away meanwhile. */
  accept(headers?: OutgoingHttpHeaders): ServerHttp2Stream | undefined;
  refuse(status: 400 | 401 | 503): void;
}

type Caller = Pick<ConnectRequest, 'peer' | 'peerIdentity'>;

export function serveStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  caller: Caller,
  onConnect: (request: ConnectRequest, respond: Responder) => void,
): void {
  stream.on('error', () => {}); // without a listener a reset would end the process
  const respond = responderOf(stream);
  const authority = headers[':method'] === 'CONNECT' ? parseAuthority(headers[':authority']) : undefined;
  if (authority) onConnect({ ...caller, authority, headers }, respond);
  else respond.refuse(400);
}

const responderOf = (stream: ServerHttp2Stream): Responder => ({
  accept(headers = {}) {
    if (stream.destroyed || stream.closed) return undefined;
    stream.respond({ ...headers, ':status': 200 });
    return stream;
  },
  refuse(status) {
    if (stream.destroyed || stream.closed) return;
    stream.respond({ ':status': status }, { endStream: true });
    stream.resume(); // what the client still sends is discarded, so that the stream can end
  },
});

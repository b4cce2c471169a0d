import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { ApiError } from '../store/index.ts';

const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;
const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io';
const spdyProtocols = ['v4.channel.k8s.io', 'portforward.k8s.io'] as const;

const channels = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  handleProtocols: (offered) => channelProtocols.find((protocol) => offered.has(protocol)) ?? false,
});

const tunnels = new WebSocketServer({ noServer: true, perMessageDeflate: false });
tunnels.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${tunnelProtocol}`));

/** What a client upgraded its connection to. */
export type Upgraded = { kind: 'channels'; socket: WebSocket } | { kind: 'spdy'; transport: Duplex };

/**
 * Completes the upgrade in the first form that client and server both know.
 * @throws ApiError BadRequest, before anything was sent, when there is none
 */
export async function upgradeConnection(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<Upgraded> {
  const wanted = request.headers.upgrade?.toLowerCase();
  if (wanted === 'spdy/3.1') return { kind: 'spdy', transport: upgradeToSpdy(request, socket, head) };
  if (wanted !== 'websocket')
    throw new ApiError('BadRequest', `unable to upgrade: upgrade to ${wanted ?? 'nothing'} is not supported`);
  const offered = namesIn(request.headers['sec-websocket-protocol']);
  if (offered.includes(tunnelProtocol)) {
    delete request.headers['sec-websocket-protocol']; // not a token because of the slash: ws would answer 400
    const tunnel = await handleUpgrade(tunnels, request, socket, head);
    return { kind: 'spdy', transport: createWebSocketStream(tunnel) };
  }
  if (!channelProtocols.some((protocol) => offered.includes(protocol))) {
    throw new ApiError(
      'BadRequest',
      `unable to upgrade: none of the WebSocket protocols ${offered.join(', ')} is supported, only ${channelProtocols.join(', ')}`,
    );
  }
  return { kind: 'channels', socket: await handleUpgrade(channels, request, socket, head) };
}

function handleUpgrade(
  server: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<WebSocket> {
  return new Promise((resolve) =>
    server.handleUpgrade(request, socket, head, (upgraded) => {
      upgraded.pause(); // until its reader is in place
      resolve(upgraded);
    }),
  );
}

function upgradeToSpdy(request: IncomingMessage, socket: Duplex, head: Buffer): Duplex {
  const offered = namesIn(request.headers['x-stream-protocol-version']);
  const protocol = spdyProtocols.find((known) => offered.includes(known));
  if (!protocol) {
    throw new ApiError(
      'Forbidden',
      `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${spdyProtocols.join(' ')}]`,
    );
  }
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: SPDY/3.1',
    `X-Stream-Protocol-Version: ${protocol}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
  return socket;
}

/** A header may be repeated and each may list several. */
function namesIn(header: string | readonly string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

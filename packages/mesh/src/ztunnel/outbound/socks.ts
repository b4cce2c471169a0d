import { acceptSocks5, isAddress, socksReply, type SocksRequest } from '@meshbed/hbone';
import type { Socket } from 'node:net';
import { resolve } from '../dns/index.ts';
import type { Proxied } from '../proxied.ts';
import type { Outbound } from './index.ts';

const replies: Readonly<Record<string, Parameters<SocksRequest['reply']>[0]>> = {
  ECONNREFUSED: socksReply.connectionRefused,
  EHOSTUNREACH: socksReply.hostUnreachable,
};

/**
 * The entry for applications whose traffic nobody redirects (`ALL_PROXY=socks5h://127.0.0.1:15080`). For a destination in
 * the mesh success comes at once, as a redirected connect() would succeed, and a refusal is a reset later; outside the
 * mesh the network's answer comes first.
 */
export async function serveSocks(socket: Socket, outbound: Outbound, proxied: Proxied): Promise<void> {
  socket.on('error', () => {});
  let request: SocksRequest;
  try {
    request = await acceptSocks5(socket);
  } catch {
    return; // already answered, as far as there was something to answer
  }
  const ip = isAddress(request.host) ? request.host : (await resolve(proxied, request.host))[0];
  if (ip === undefined) return request.reply(socksReply.hostUnreachable);
  await forward(socket, request, { ip, outbound });
}

async function forward(
  socket: Socket,
  { port, reply }: SocksRequest,
  { ip, outbound }: { ip: string; outbound: Outbound },
) {
  const target = { ip, port };
  const route = outbound.route(target);
  if (route.kind !== 'passthrough') {
    reply(socksReply.succeeded);
    return outbound.carry(socket, target, { route });
  }
  const gate = {
    opened: () => reply(socksReply.succeeded),
    failed(error: NodeJS.ErrnoException) {
      // What the network drops in silence stays silent: the client's own patience decides.
      if (error.code !== 'ETIMEDOUT') reply(replies[error.code ?? ''] ?? socksReply.hostUnreachable);
      else socket.resume().once('end', () => socket.destroy());
    },
  };
  return outbound.carry(socket, target, { route, gate });
}

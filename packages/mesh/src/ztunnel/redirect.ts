import type { Redirect } from '@meshbed/core';
import { isAddress, socketPair } from '@meshbed/hbone';
import type { Socket } from 'node:net';
import { resolve } from './dns/index.ts';
import { hbonePort, type Inbound } from './inbound/index.ts';
import type { Outbound } from './outbound/index.ts';
import type { Proxied } from './proxied.ts';

/** All traffic of a captured workload, in place of the packet rules in its network namespace. */
export function redirectTo(proxied: Proxied, inbound: Inbound, outbound: Outbound): Redirect {
  return {
    async outbound(host, port) {
      const ip = isAddress(host) ? host : (await resolve(proxied, host))[0];
      if (ip === undefined) throw unknownName(host);
      const [application, ours] = await socketPair();
      void outbound.carry(ours, { ip, port });
      return application;
    },
    inbound(socket, peer, port) {
      if (peer.ip === proxied.network.ip && port !== hbonePort) return refuseOurselves(socket, proxied);
      void (port === hbonePort ? inbound.acceptTunnels(socket, peer) : inbound.acceptPlaintext(socket, peer, port));
    },
  };
}

const unknownName = (host: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });

/** Our own connection to the application came back to us: the network sends it through the redirect that it is past. */
function refuseOurselves(socket: Socket, { access }: Proxied): void {
  socket.destroy();
  access.write('error', 'proxy', 'attempted recursive call to ourselves');
}

/** While no ztunnel serves the pod: its traffic stays captured, and fails. */
export const closedRedirect: Redirect = {
  outbound: (host, port) =>
    Promise.reject(Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`), { code: 'ECONNREFUSED' })),
  inbound: (socket) => void socket.resetAndDestroy(),
};

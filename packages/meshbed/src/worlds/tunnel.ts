import { connect as connectHttp2, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Sandbox } from '@meshbed/sandbox';

export interface Place {
  eniId: string;
  ip: string;
}

/** Where the network interface with this address is. */
export function placeOf({ fabric }: Sandbox, ip: string): Place {
  const found = [...fabric.interfaces.values()].find(({ ips }) => ips.includes(ip));
  if (!found) throw new Error(`no interface has the address ${ip}`);
  return { eniId: found.id, ip };
}

export interface Tunnel {
  from: Place;
  to: Place;
  port?: number;
  tls: ConnectionOptions;
  headers?: OutgoingHttpHeaders;
}

/**
 * What a peer of the mesh does: TLS to port 15008, then HTTP/2 CONNECT to `port` of the same address, then one HTTP
 * request through the tunnel. Returns the status of the CONNECT; rejects when the other end hangs up before it.
 */
export async function tunnel(
  { fabric }: Sandbox,
  { from, to, port = 8080, tls, headers = {} }: Tunnel,
): Promise<number> {
  const socket = await fabric.dial(from, { ip: to.ip, port: 15008 });
  const secure = connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ['h2'], ...tls });
  const session = connectHttp2('https://mesh', { createConnection: () => secure });
  try {
    return await new Promise((resolve, reject) => {
      for (const end of [secure, session]) end.on('error', reject).on('close', () => reject(new Error('hung up')));
      const stream = session.request({ ':method': 'CONNECT', ':authority': `${to.ip}:${port}`, ...headers });
      stream.on('error', reject);
      stream.on('response', ({ ':status': status = 0 }: IncomingHttpHeaders & { ':status'?: number }) => {
        if (status !== 200) return resolve(status);
        stream.write(`GET / HTTP/1.1\r\nhost: mesh\r\nconnection: close\r\n\r\n`);
        stream.resume().on('end', () => resolve(status));
      });
    });
  } finally {
    session.destroy();
    socket.destroy();
  }
}

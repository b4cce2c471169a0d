/** The receiving end of HBONE: mutual TLS, then one CONNECT per connection of an application. */
import type { Clock, Peer } from '@meshbed/core';
import { constants } from 'node:crypto';
import { performServerHandshake, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { maxSessionMemory, serverSettings, tend } from '../http2.ts';
import { formatIdentity, identitiesOf, type SpiffeIdentity } from '../identity/index.ts';
import { credentialsOf, serverOptionsOf, type TlsMaterial } from '../tls/material.ts';
import { type ConnectRequest, type Responder, serveStream } from './request.ts';

export interface HboneServerOptions {
  /** The certificate in force; asked on each connection, so that a rotation applies to the next one. */
  material: () => TlsMaterial;
  clock: Clock;
  onConnect: (request: ConnectRequest, respond: Responder) => void;
  /** A TLS connection that was turned away, and why. */
  onRejected?: (peer: Peer, reason: string) => void;
}

/**
 * Takes accepted TCP connections; it owns no listening socket. Only peers whose certificate the roots vouch for and
 * whose trust domain is the server's own get as far as HTTP/2, and they are who their certificate says.
 */
export class HboneServer implements Disposable {
  readonly #options: HboneServerOptions;
  readonly #tls: Server;
  readonly #peers = new Map<string, Peer>();
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  #material: TlsMaterial | undefined;

  constructor(options: HboneServerOptions) {
    this.#options = options;
    this.#tls = createServer({
      requestCert: true,
      // Node would drop a peer with a bad certificate without saying why; #admit does it with the reason.
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
      // Each connection proves its certificate anew: a ticket must not outlive a rotation.
      secureOptions: constants.SSL_OP_NO_TICKET,
    });
    this.#tls.on('secureConnection', (socket) => this.#admit(socket));
    this.#tls.on('tlsClientError', (error: Error & { reason?: string }, socket) =>
      this.#reject(socket, error.reason ?? error.message),
    );
  }

  /** @param peer where the connection came from on the mesh's network, whatever the socket itself says. */
  accept(socket: Socket, peer: Peer): void {
    socket.on('error', () => {});
    if (!this.#refreshContext(socket, peer)) return;
    const key = portsOf(socket);
    this.#peers.set(key, peer);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#peers.delete(key);
      this.#sockets.delete(socket);
    });
    this.#tls.emit('connection', socket);
  }

  /** Tells clients to use another connection; open tunnels go on. */
  drain(): void {
    for (const session of this.#sessions) session.close();
  }

  [Symbol.dispose](): void {
    for (const session of this.#sessions) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  #refreshContext(socket: Socket, peer: Peer): boolean {
    try {
      const material = this.#options.material();
      if (material !== this.#material) this.#tls.setSecureContext(serverOptionsOf(material));
      this.#material = material;
      return true;
    } catch (error) {
      socket.destroy();
      this.#options.onRejected?.(peer, `no certificate to answer with: ${(error as Error).message}`);
      return false;
    }
  }

  #admit(socket: TLSSocket): void {
    const identities = verifiedIdentities(socket);
    const [identity] = identities;
    const peer = this.#peers.get(portsOf(socket));
    if (!this.#material || !peer) return void socket.destroy();
    const { trustDomain } = credentialsOf(this.#material).identity;
    if (socket.alpnProtocol !== 'h2') return this.#reject(socket, 'the client does not offer h2');
    if (!identity) return this.#reject(socket, `client certificate: ${complaintAbout(socket)}`);
    if (identities.some((candidate) => candidate.trustDomain === trustDomain))
      return this.#serve(socket, identity, peer);
    const found = identities.map(formatIdentity).join(',');
    this.#reject(
      socket,
      `identity verification error: peer did not present the expected trustdomain (${trustDomain}), got ${found}`,
    );
  }

  #serve(socket: TLSSocket, peerIdentity: SpiffeIdentity, peer: Peer): void {
    const session = performServerHandshake(socket, { settings: serverSettings, maxSessionMemory });
    this.#sessions.add(session);
    session.on('error', () => {});
    session.once('close', () => this.#sessions.delete(session));
    session.on('stream', (stream, headers) =>
      serveStream(stream, headers, { peer, peerIdentity }, this.#options.onConnect),
    );
    tend(session, socket, this.#options.clock);
  }

  #reject(socket: TLSSocket, reason: string): void {
    const peer = this.#peers.get(portsOf(socket));
    socket.destroy();
    if (peer) this.#options.onRejected?.(peer, reason);
  }
}

/** Ties a TLS socket to the TCP socket below it, which Node does not hand out. */
const portsOf = ({ localPort, remotePort }: Socket): string => `${localPort}<${remotePort}`;

/** Who the peer is, first of all; empty unless its chain ends in our roots. */
function verifiedIdentities(socket: TLSSocket): SpiffeIdentity[] {
  const certificate = socket.getPeerX509Certificate();
  return socket.authorized && certificate ? identitiesOf(certificate) : [];
}

function complaintAbout(socket: TLSSocket): string {
  if (!socket.getPeerX509Certificate()) return 'none was presented';
  return socket.authorized ? 'it has no SPIFFE identity' : String(socket.authorizationError);
}

import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { HboneError } from '../errors.ts';
import { formatIdentity, identitiesOf, type SpiffeIdentity } from '../identity/index.ts';
import { credentialsOf } from '../tls/material.ts';
import type { ConnectionOptions } from './connection.ts';

const handshakeTimeoutMs = 10_000;

/** TLS with a verified peer on `socket`, which is destroyed when that fails. @throws HboneError TLS, IDENTITY_MISMATCH */
export async function handshake({ socket, material, expectedIdentities, clock }: ConnectionOptions): Promise<{
  socket: TLSSocket;
  peerIdentity: SpiffeIdentity;
}> {
  const secure = startTls(socket, material);
  const timer = clock.after(handshakeTimeoutMs, () =>
    secure.destroy(new Error('the TLS handshake took longer than 10 s')),
  );
  try {
    await secured(secure);
    return { socket: secure, peerIdentity: verifyPeer(secure, expectedIdentities) };
  } catch (error) {
    secure.destroy();
    socket.destroy();
    throw error instanceof HboneError
      ? error
      : new HboneError('TLS', `tls handshake error: ${(error as Error).message}`, { cause: error });
  } finally {
    timer[Symbol.dispose]();
  }
}

/** No server name goes out, and no session is resumed: a resumed one would skip the check of the peer's identity. */
function startTls(socket: ConnectionOptions['socket'], material: ConnectionOptions['material']): TLSSocket {
  try {
    const secure = connect({
      socket: socket as Socket,
      secureContext: credentialsOf(material).context,
      ALPNProtocols: ['h2'],
      rejectUnauthorized: true,
      checkServerIdentity: () => undefined, // not by host name: verifyPeer compares SPIFFE identities
    });
    secure.on('error', () => {});
    return secure;
  } catch (error) {
    socket.destroy();
    throw new HboneError('TLS', `no usable certificate: ${(error as Error).message}`, { cause: error });
  }
}

const secured = (socket: TLSSocket) =>
  new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the peer closed the connection')));
  });

function verifyPeer(socket: TLSSocket, expected: readonly string[]): SpiffeIdentity {
  if (socket.alpnProtocol !== 'h2') throw new HboneError('TLS', 'the peer does not speak h2');
  const certificate = socket.getPeerX509Certificate();
  const presented = certificate ? identitiesOf(certificate) : [];
  const [first] = presented;
  if (first && presented.some((identity) => expected.includes(formatIdentity(identity)))) return first;
  throw new HboneError(
    'IDENTITY_MISMATCH',
    `identity verification error: peer did not present the expected SAN (${expected.join(',')}), got (${presented.map(formatIdentity).join(',')})`,
  );
}

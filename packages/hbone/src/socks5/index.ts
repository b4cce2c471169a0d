/** The accepting side of SOCKS5 (RFC 1928): CONNECT without authentication. */
import type { Socket } from 'node:net';
import { ByteReader } from './byte-reader.ts';

export const socksReply = {
  succeeded: 0,
  notAllowed: 2,
  networkUnreachable: 3,
  hostUnreachable: 4,
  connectionRefused: 5,
  commandNotSupported: 7,
  addressTypeNotSupported: 8,
} as const;

export interface SocksRequest {
  /** A name as the client wrote it, or an address. */
  host: string;
  port: number;
  /** Answers the request; anything but `succeeded` also ends the connection. */
  reply(this: void, code: (typeof socksReply)[keyof typeof socksReply]): void;
}

const version = 5;
const noAuthentication = 0;
const connectCommand = 1;

/**
 * Reads greeting and request, however they are cut into packets; bytes that follow stay in the socket.
 * @throws Error when the client says something else; the socket is ended.
 */
export async function acceptSocks5(socket: Socket): Promise<SocksRequest> {
  const bytes = new ByteReader(socket);
  const [greeting, count = 0] = await bytes.take(2);
  if (greeting !== version) return refuse(socket, Buffer.alloc(0), `not SOCKS5 but version ${greeting}`);
  const methods = await bytes.take(count);
  if (!methods.includes(noAuthentication)) {
    return refuse(socket, Buffer.from([version, 0xff]), 'the client insists on authentication');
  }
  socket.write(Buffer.from([version, noAuthentication]));
  const [, command, , type = 0] = await bytes.take(4);
  if (command !== connectCommand) return refuse(socket, answer(socksReply.commandNotSupported), `command ${command}`);
  const host = await readHost(type, bytes);
  if (host === undefined) return refuse(socket, answer(socksReply.addressTypeNotSupported), `address type ${type}`);
  const port = (await bytes.take(2)).readUInt16BE();
  bytes.giveBack();
  return { host, port, reply: (code) => void (code === 0 ? socket.write(answer(code)) : socket.end(answer(code))) };
}

async function readHost(type: number, bytes: ByteReader): Promise<string | undefined> {
  switch (type) {
    case 1:
      return (await bytes.take(4)).join('.');
    case 3: {
      const [length = 0] = await bytes.take(1);
      return (await bytes.take(length)).toString('latin1');
    }
    case 4:
      return (await bytes.take(16)).toString('hex').match(/..../g)?.join(':');
    default:
      return undefined;
  }
}

const answer = (code: number): Buffer => Buffer.from([version, code, 0, 1, 0, 0, 0, 0, 0, 0]);

function refuse(socket: Socket, bytes: Buffer, reason: string): never {
  socket.end(bytes);
  throw new Error(`SOCKS5: ${reason}`);
}

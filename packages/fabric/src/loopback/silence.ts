import type { Socket } from 'node:net';

/** What libuv reads a socket with. */
interface Handle {
  readStart(): number;
  readStop(): number;
}

/**
 * Until disposed nothing arrives at this end, as if all packets to it were lost: what the other end sends waits in the
 * operating system, the end of the connection too. `pause()` would not do: TLS and HTTP/2 read from the handle itself.
 */
export function silence(socket: Socket): Disposable {
  const { _handle: handle } = socket as unknown as { _handle: Handle | null };
  if (!handle) return { [Symbol.dispose]() {} };
  handle.readStop();
  handle.readStart = () => 0;
  return {
    [Symbol.dispose]() {
      Reflect.deleteProperty(handle, 'readStart');
      if (!socket.destroyed) handle.readStart();
    },
  };
}

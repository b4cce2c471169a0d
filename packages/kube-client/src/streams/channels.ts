import type { WebSocket } from 'ws';

/** Channel numbers of the `channel.k8s.io` protocols for commands: the first byte of every message. */
export const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;

/** Called back when the message has left, so that a slow network slows the writer down. */
export function sendOn(
  socket: WebSocket,
  channel: number,
  payload: Uint8Array,
  sent: (error?: Error | null) => void,
): void {
  socket.send(Buffer.concat([Buffer.from([channel]), payload]), sent);
}

import { request } from '@meshbed/core/http';
import type { Socket } from 'node:net';
import type { ExecSession } from '@meshbed/core';

/** A TCP probe: does the port accept? */
export async function checkPort(connecting: Promise<Socket>): Promise<boolean> {
  (await connecting).destroy();
  return true;
}

/** An HTTP probe: any status from 200 to 399 passes, as for the kubelet. */
export async function checkRequest(
  connecting: Promise<Socket>,
  { path, port }: { path: string; port: number },
  signal: AbortSignal,
): Promise<boolean> {
  const socket = await connecting;
  try {
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { host: `127.0.0.1:${port}`, connection: 'close' };
      const probe = request({ path, headers, signal, createConnection: () => socket });
      probe.on('response', ({ statusCode = 0 }) => resolve(statusCode));
      probe.on('error', reject).end();
    });
    return status >= 200 && status < 400;
  } finally {
    socket.destroy();
  }
}

/** A command passes with exit code 0; its output matters to nobody, but must flow. */
export async function checkCommand(session: ExecSession, signal: AbortSignal): Promise<boolean> {
  signal.addEventListener('abort', () => session.kill(), { once: true });
  session.stdin.end();
  session.stdout.resume();
  session.stderr.resume();
  return (await session.exited) === 0;
}

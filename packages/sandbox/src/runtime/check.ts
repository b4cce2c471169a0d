import { request } from 'node:http';
import type { Clock } from '@meshbed/core';
import type { FabricNetwork } from './network.ts';

/** A TCP probe: does the port accept? */
export async function checkPort(network: FabricNetwork, port: number): Promise<boolean> {
  try {
    (await network.connectInside(port)).destroy();
    return true;
  } catch {
    return false;
  }
}

/** An HTTP probe: any status from 200 to 399 passes, as for the kubelet. */
export async function checkRequest(
  network: FabricNetwork,
  { path, port, timeoutMs, clock }: { path: string; port: number; timeoutMs: number; clock: Clock },
): Promise<boolean> {
  try {
    const socket = await network.connectInside(port);
    using _ = clock.after(timeoutMs, () => socket.destroy());
    const status = await new Promise<number>((resolve, reject) => {
      const probe = request(
        { path, headers: { host: `127.0.0.1:${port}` }, createConnection: () => socket },
        (answer) => {
          answer.resume().on('end', () => socket.destroy());
          resolve(answer.statusCode ?? 0);
        },
      );
      probe.on('error', reject).end();
    });
    return status >= 200 && status < 400;
  } catch {
    return false;
  }
}

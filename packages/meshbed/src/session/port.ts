import { findCause, MeshbedError } from '@meshbed/core';
import { listInstances } from './instance.ts';

/** Away from those of other emulators and of usual web servers. */
const usualPort = 4610;
const triedPorts = 90;

/**
 * Starts something on the port that is asked for; without one on the usual port, or the next that is free.
 * @throws MeshbedError `environment/port-taken` when the port that is asked for is busy
 */
export async function onPort<T>(asked: number | undefined, start: (port: number) => Promise<T>): Promise<T> {
  if (asked !== undefined) return start(asked).catch((error: unknown) => Promise.reject(withOwner(asked, error)));
  for (let port = usualPort; ; port++) {
    try {
      return await start(port < usualPort + triedPorts ? port : 0);
    } catch (error) {
      if (!isTaken(error, port)) throw error;
      process.stderr.write(`meshbed: port ${port} is busy${ownerOf(port)}; trying ${port + 1}\n`);
    }
  }
}

function isTaken(error: unknown, port: number): boolean {
  const found = findCause(error, MeshbedError);
  return found?.code === 'environment/port-taken' && found.object === `127.0.0.1:${port}`;
}

function withOwner(port: number, error: unknown): unknown {
  if (!isTaken(error, port)) return error;
  return new MeshbedError('environment/port-taken', `port ${port} is busy${ownerOf(port)}`, {
    cause: error,
    object: `127.0.0.1:${port}`,
    likely: 'another program listens there',
    next: 'leave --port out, or choose --port 0 for a free one',
  });
}

/** A sandbox of ours, if one has it. */
function ownerOf(port: number): string {
  const owner = listInstances().find(({ urls }) => Number(URL.parse(urls.aws)?.port) === port);
  return owner ? `: sandbox ${owner.name} (process ${owner.pid}) has it` : '';
}

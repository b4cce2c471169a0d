import type { NetworkInterface } from '../model.ts';
import type { Endpoint, Verdict } from '../verdict.ts';
import type { Trip } from './trip.ts';

/** The packet reached the interface: whoever listens there answers. */
export function arrive(trip: Trip, destination: NetworkInterface, ip: string): Verdict {
  const { port } = trip.to;
  const endpoint: Endpoint = { kind: 'interface', eniId: destination.id, ip, port };
  return trip.network.listens({ eniId: destination.id, ip }, port)
    ? trip.connected(endpoint, destination, `interface ${destination.id} listens on ${ip}:${port}`)
    : trip.refused(endpoint, destination, `nobody listens on ${ip}:${port} of interface ${destination.id}`);
}

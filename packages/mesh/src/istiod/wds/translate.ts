import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AddressSchema } from '../../proto/gen/istio/workload_pb.ts';
import { type ServiceSource, serviceSources } from './services.ts';
import type { Snapshot } from './snapshot.ts';
import { entryWorkload, inlineWorkloads, podWorkload, sliceWorkloads, type WdsWorkload } from './workloads.ts';

export type AddressMessage = MessageInitShape<typeof AddressSchema>;

/** What one cluster consists of, for workload discovery. */
export interface Discovered {
  services: readonly ServiceSource[];
  workloads: readonly WdsWorkload[];
}

/** Everything in the snapshot. Pure. */
export function discovered(snapshot: Snapshot): Discovered {
  const services = serviceSources(snapshot);
  const workloads = [
    ...snapshot.pods.flatMap((pod) => podWorkload(pod, snapshot, services) ?? []),
    ...snapshot.workloadEntries.map((entry) => entryWorkload(entry, snapshot, services)),
    ...inlineWorkloads(services, snapshot),
    ...snapshot.endpointSlices.flatMap((slice) => sliceWorkloads(slice, snapshot, services)),
  ];
  return { services, workloads };
}

/** Resource name → Address. */
export function addressMessages({ services, workloads }: Discovered): Map<string, AddressMessage> {
  const addresses = new Map<string, AddressMessage>();
  for (const { key, message } of services) addresses.set(key, { type: { case: 'service', value: message } });
  for (const workload of workloads) addresses.set(workload.uid, { type: { case: 'workload', value: workload } });
  return addresses;
}

/** Of one cluster alone. */
export const translateAddresses = (snapshot: Snapshot): Map<string, AddressMessage> =>
  addressMessages(discovered(snapshot));

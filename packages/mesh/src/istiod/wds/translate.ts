import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AddressSchema } from '../../proto/gen/istio/workload_pb.ts';
import { serviceSources } from './services.ts';
import type { Snapshot } from './snapshot.ts';
import { entryWorkload, inlineWorkloads, podWorkload, sliceWorkloads } from './workloads.ts';

export type AddressMessage = MessageInitShape<typeof AddressSchema>;

/** Resource name → Address, for everything in the snapshot. Pure. */
export function translateAddresses(snapshot: Snapshot): Map<string, AddressMessage> {
  const sources = serviceSources(snapshot);
  const workloads = [
    ...snapshot.pods.flatMap((pod) => podWorkload(pod, snapshot, sources) ?? []),
    ...snapshot.workloadEntries.map((entry) => entryWorkload(entry, snapshot, sources)),
    ...inlineWorkloads(sources, snapshot),
    ...snapshot.endpointSlices.flatMap((slice) => sliceWorkloads(slice, snapshot, sources)),
  ];
  const addresses = new Map<string, AddressMessage>();
  for (const { key, message } of sources) addresses.set(key, { type: { case: 'service', value: message } });
  for (const workload of workloads) addresses.set(workload.uid, { type: { case: 'workload', value: workload } });
  return addresses;
}

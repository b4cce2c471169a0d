import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AddressSchema } from '../../proto/gen/istio/workload_pb.ts';
import { serviceSources } from './services.ts';
import type { Snapshot } from './snapshot.ts';
import { entryWorkload, inlineWorkloads, podWorkload, sliceWorkloads } from './workloads.ts';

/** Resource name → Address, for everything in the snapshot. Pure. */
export function translateAddresses(snapshot: Snapshot): Map<string, MessageInitShape<typeof AddressSchema>> {
  const sources = serviceSources(snapshot);
  const workloads = [
    ...snapshot.pods.flatMap((pod) => podWorkload(pod, snapshot, sources) ?? []),
    ...snapshot.workloadEntries.map((entry) => entryWorkload(entry, snapshot, sources)),
    ...inlineWorkloads(sources, snapshot),
    ...snapshot.endpointSlices.flatMap((slice) => sliceWorkloads(slice, snapshot, sources)),
  ];
  return new Map([
    ...sources.map(({ key, message }) => [key, { type: { case: 'service', value: message } }] as const),
    ...workloads.map((workload) => [workload.uid, { type: { case: 'workload', value: workload } }] as const),
  ]);
}

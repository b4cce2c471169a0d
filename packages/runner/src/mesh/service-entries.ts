import type { RunContext } from '../run/context.ts';

export interface ServiceEntryFacts {
  name: string;
  hosts: string[];
  /** Addresses that istiod allocated, IPv4 first. */
  addresses: string[];
}

interface Parts {
  spec?: { hosts?: string[] };
  status?: { addresses?: { value: string }[] };
}

/** The ServiceEntries that istiod made of the services of an ECS cluster. */
export async function serviceEntries(run: RunContext, namespace: string): Promise<ServiceEntryFacts[]> {
  const entries = await (await run.kube()).list('networking.istio.io/v1', 'ServiceEntry', { namespace });
  return entries.map((entry) => {
    const { spec, status } = entry as Parts;
    const addresses = (status?.addresses ?? []).map(({ value }) => value);
    return {
      name: entry.metadata.name,
      hosts: spec?.hosts ?? [],
      addresses: addresses.toSorted((a, b) => Number(a.includes(':')) - Number(b.includes(':'))),
    };
  });
}

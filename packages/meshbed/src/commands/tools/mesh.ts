import { meshState, type MeshState, type MeshSubject } from '@meshbed/runner';
import { configurationFor } from '../../session/configuration.ts';
import { openEnvironment } from '../../session/environment.ts';
import { createInterrupt } from '../../session/interrupt.ts';
import { table } from '../../view/table.ts';

export interface MeshFlags extends Record<string, unknown> {
  namespace?: string;
  instance?: string;
  json?: boolean;
}

type State = MeshState<MeshSubject>;
type Item = State['known'][number]['item'];

/** Heading → what to show of an item. */
const columns: Readonly<Record<MeshSubject, Readonly<Record<string, (item: never) => string>>>> = {
  services: {
    NAMESPACE: ({ namespace }: { namespace: string }) => namespace,
    NAME: ({ name }: { name: string }) => name,
    HOST: ({ hostname }: { hostname: string }) => hostname,
    ADDRESSES: ({ vips }: { vips: string[] }) => vips.map((vip) => vip.split('/').at(-1)).join(', '),
  },
  workloads: {
    NAMESPACE: ({ namespace }: { namespace: string }) => namespace,
    NAME: ({ name }: { name: string }) => name,
    ADDRESS: ({ workloadIps }: { workloadIps: string[] }) => workloadIps.join(', '),
    'SERVICE ACCOUNT': ({ serviceAccount = '' }: { serviceAccount?: string }) => serviceAccount,
    PROTOCOL: ({ protocol }: { protocol: string }) => protocol,
  },
  policies: {
    NAMESPACE: ({ namespace }: { namespace: string }) => namespace,
    NAME: ({ name }: { name: string }) => name,
    ACTION: ({ action }: { action: string }) => action,
    SCOPE: ({ scope }: { scope: string }) => scope,
  },
};

const singular: Readonly<Record<MeshSubject, string>> = {
  services: 'service',
  workloads: 'workload',
  policies: 'policy',
};

export async function meshCommand(subject: MeshSubject, flags: MeshFlags): Promise<void> {
  const environment = await openEnvironment({ loaded: configurationFor({ flags }), instance: flags.instance });
  using interrupt = createInterrupt();
  const all: State = await meshState(subject, { ...environment, signal: interrupt.signal });
  const { namespace } = flags;
  const known = all.known.filter(({ item }) => namespace === undefined || item.namespace === namespace);
  const shown = { proxies: all.proxies, known };
  process.stdout.write(flags.json ? `${JSON.stringify(shown, null, 2)}\n` : meshText(subject, shown));
}

export function meshText(subject: MeshSubject, { proxies, known }: State): string {
  const shown = columns[subject];
  const cells = (item: Item) => Object.values(shown).map((of) => of(item as never));
  const behind = known.filter(({ by }) => by < proxies);
  const notes = behind.map(({ item, by }) => `only ${by} of ${proxies} ztunnels know ${item.namespace}/${item.name}`);
  const what = known.length === 1 ? singular[subject] : subject;
  const count = `${known.length} ${what}, ${proxies} ztunnel${proxies === 1 ? '' : 's'} asked`;
  return `${[...table([Object.keys(shown), ...known.map(({ item }) => cells(item))]), ...notes, count].join('\n')}\n`;
}

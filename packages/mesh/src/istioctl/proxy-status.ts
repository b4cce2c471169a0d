import type { KubeApi } from '@meshbed/kube-client';
import type { ProxySync } from '../istiod/debug/server.ts';
import { type CommandInput, text } from './context.ts';
import { rendered } from './output.ts';
import { podNamed, runningPods } from './pods.ts';
import { table } from './table.ts';

const namespace = 'istio-system';
const monitoringPort = 15_014;
const padding = 5;

/** As istioctl abbreviates the types of xDS. */
const shortNames: Readonly<Record<string, string>> = {
  'type.googleapis.com/istio.workload.Address': 'WDS',
  'type.googleapis.com/istio.security.Authorization': 'WADS',
};

type Row = ProxySync & { istiod: string };

/** `istioctl proxy-status`: the proxies that the istiods serve. */
export async function proxyStatus({ flags, words, context, kube }: CommandInput): Promise<void> {
  const rows = await proxies(await kube());
  if (rows === undefined) return context.writeError('Istio is not present in the cluster\n');
  const [name] = words;
  if (name !== undefined) {
    const { pod, namespace: inside } = podNamed(name, namespace);
    context.write(`Sync diff is not available for ztunnel pod ${pod}.${inside}\n`);
    return;
  }
  const view = rows.map(({ proxy: found, cluster, istiod, version, types }) => ({
    name: found,
    cluster,
    istiod,
    version,
    types: Object.fromEntries(Object.entries(types).map(([url, sync]) => [shortNames[url] ?? url, stateOf(sync)])),
  }));
  context.write(
    rendered(view, text(flags['output']), ['table']) ?? table(tableOf(view, text(flags['verbosity']) ?? '0'), padding),
  );
}

/** Undefined when there is no istiod. */
async function proxies(kube: KubeApi): Promise<Row[] | undefined> {
  const istiods = await runningPods(kube, 'app=istiod', namespace);
  if (istiods.length === 0) return undefined;
  const rows = istiods.map(async ({ metadata: { name } }) => {
    const answer = await kube.getInside({ namespace, pod: name }, monitoringPort, '/debug/syncz');
    return (JSON.parse(answer) as ProxySync[]).map((each) => ({ ...each, istiod: name }));
  });
  return (await Promise.all(rows)).flat().toSorted((a, b) => (a.proxy < b.proxy ? -1 : 1));
}

function stateOf({ sent, acknowledged, error }: ProxySync['types'][string]): string {
  if (error !== undefined) return 'ERROR';
  if (!sent) return 'NOT SENT';
  return sent === acknowledged ? 'SYNCED' : 'STALE';
}

interface View {
  name: string;
  cluster: string;
  istiod: string;
  version: string;
  types: Record<string, string>;
}

function tableOf(view: readonly View[], verbosity: string): string[][] {
  const facts = ({ name, cluster, istiod, version }: View) => [name, cluster, istiod, version];
  const columns = ['NAME', 'CLUSTER', 'ISTIOD', 'VERSION'];
  const types = [...new Set(view.flatMap(({ types: each }) => Object.keys(each)))].toSorted();
  if (verbosity === '0') {
    const subscribed = ({ types: each }: View) =>
      `${Object.keys(each).length} (${Object.keys(each).toSorted().join(',')})`;
    return [[...columns, 'SUBSCRIBED TYPES'], ...view.map((row) => [...facts(row), subscribed(row)])];
  }
  const rows = view.map((row) => [...facts(row), ...types.map((type) => row.types[type] ?? 'IGNORED')]);
  return [[...columns, ...types], ...rows];
}

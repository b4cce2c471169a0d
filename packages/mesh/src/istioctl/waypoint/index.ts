import { MeshbedError, ready, until, waiting } from '@meshbed/core';
import { type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';
import { stringify } from 'yaml';
import { type CommandInput, text } from '../context.ts';
import { requireGatewayApi } from '../gateway-classes.ts';
import { table } from '../table.ts';
import { conditionOf, namespaceOf, type Waypoint, waypointGateway, waypointsIn } from './gateway.ts';

const useLabel = 'istio.io/use-waypoint';
const padding = 5;
const timeoutMs = 90_000;

/** `istioctl waypoint generate` */
export function generate({ flags, context }: CommandInput): Promise<void> {
  context.write(stringify(waypointGateway(flags, text(flags['namespace']))));
  return Promise.resolve();
}

/** `istioctl waypoint apply`: the Gateway only, since the sandbox has no proxies of this kind. */
export async function apply({ flags, context, kube }: CommandInput): Promise<void> {
  const namespace = namespaceOf(flags);
  const gateway = waypointGateway(flags, namespace);
  const { name } = gateway.metadata;
  const api = await kube();
  await requireGatewayApi(api);
  await api.apply(gateway, 'istioctl');
  context.write(`✅ waypoint ${namespace}/${name} applied\n`);
  if (flags['enroll-namespace']) await enroll(api, { namespace, name, overwrite: flags['overwrite'] === true });
  if (flags['enroll-namespace']) context.write(`✅ namespace ${namespace} labeled with "${useLabel}: ${name}"\n`);
  context.writeError('Warning: the sandbox has no waypoint proxies; layer 7 policies have no effect\n');
  if (flags['wait']) await programmed(api, { namespace, name, clock: context.clock });
}

async function enroll(
  kube: KubeApi,
  { namespace, name, overwrite }: { namespace: string; name: string; overwrite: boolean },
): Promise<void> {
  const found = await kube.get(resources.namespaces, namespace);
  if (!found) throw new MeshbedError('user/namespace', `namespace ${namespace} not found`);
  const labels = found.metadata.labels ?? {};
  if (labels[useLabel] !== undefined && labels[useLabel] !== name && !overwrite)
    throw new MeshbedError('user/namespace', `the namespace ${namespace} already uses waypoint ${labels[useLabel]}`, {
      next: 'add --overwrite to replace it',
    });
  await kube.mergePatch(found, { metadata: { labels: { [useLabel]: name } } });
}

async function programmed(
  kube: KubeApi,
  { namespace, name, clock }: { namespace: string; name: string; clock: CommandInput['context']['clock'] },
): Promise<void> {
  await until(
    async () => {
      const found = await kube.get<Waypoint>(resources.gateways, name, namespace);
      const condition = found && conditionOf(found, 'Programmed');
      return condition?.status === 'True' ? ready(true) : waiting(condition?.message ?? 'nothing programs it');
    },
    { clock, what: `waypoint ${namespace}/${name}`, timeoutMs, next: 'leave out --wait: the sandbox has no waypoints' },
  );
}

/** `istioctl waypoint delete` */
export async function remove({ flags, words, context, kube }: CommandInput): Promise<void> {
  const namespace = namespaceOf(flags);
  const api = await kube();
  const names = flags['all'] ? (await waypointsIn(api, namespace)).map(({ metadata }) => metadata.name) : words;
  if (!flags['all'] && words.length === 0)
    throw new MeshbedError('user/argument', 'must either specify a waypoint name or delete all using --all');
  for (const name of names) {
    if (!(await api.delete(resources.gateways, name, namespace)))
      throw new MeshbedError('user/waypoint', `waypoint ${namespace}/${name} not found`);
    context.write(`waypoint ${namespace}/${name} deleted\n`);
  }
}

/** `istioctl waypoint list` */
export async function list(input: CommandInput): Promise<void> {
  await show(input, ['NAME', 'REVISION', 'TRAFFIC TYPE', 'PROGRAMMED'], (waypoint) => {
    const { name, labels = {} } = waypoint.metadata;
    const status = conditionOf(waypoint, 'Programmed')?.status ?? 'False';
    return [[name, labels['istio.io/rev'] ?? 'default', labels['istio.io/waypoint-for'] ?? 'none', status]];
  });
}

/** `istioctl waypoint status` */
export async function status(input: CommandInput): Promise<void> {
  const wanted = input.words[0];
  await show(input, ['NAME', 'STATUS', 'TYPE', 'REASON', 'MESSAGE'], (waypoint) => {
    const { name } = waypoint.metadata;
    if (wanted !== undefined && name !== wanted) return [];
    const conditions = waypoint.status?.conditions ?? [{ type: 'Programmed', status: 'False' }];
    return conditions.map(({ type, status: value, reason = '', message = '' }) => [name, value, type, reason, message]);
  });
}

async function show(
  { flags, context, kube }: CommandInput,
  columns: readonly string[],
  rowsOf: (waypoint: Waypoint) => readonly (readonly string[])[],
): Promise<void> {
  const everywhere = flags['all-namespaces'] === true;
  const found = await waypointsIn(await kube(), everywhere ? undefined : namespaceOf(flags));
  if (found.length === 0) return context.write('No waypoints found.\n');
  const placed = (row: readonly string[], { metadata }: KubeObject) =>
    everywhere ? [metadata.namespace ?? '', ...row] : row;
  const rows = found.flatMap((waypoint) => rowsOf(waypoint).map((row) => placed(row, waypoint)));
  context.write(table([everywhere ? ['NAMESPACE', ...columns] : columns, ...rows], padding));
}

import type { Endpoints, EndpointSlice, KubeObject, Service } from '../objects/index.ts';
import { ageOf } from './age.ts';
import { type Column, columnsOf } from './column.ts';

const service = columnsOf<Service>();
const age = (object: KubeObject, nowMs: number) => ageOf(object.metadata.creationTimestamp, nowMs);

export const serviceColumns: readonly Column<Service>[] = [
  service.text('Type', ({ spec }) => spec.type),
  service.text('Cluster-IP', ({ spec }) => spec.clusterIP ?? '<none>'),
  service.text('External-IP', externalAddress),
  service.text('Port(s)', ({ spec }) => (spec.ports ?? []).map(portText).join(',') || '<none>'),
  service.text('Age', age),
  service.wide('Selector', ({ spec }) => labelsText(spec.selector)),
];

const portText = ({ port, nodePort, protocol }: NonNullable<Service['spec']['ports']>[number]) =>
  `${nodePort ? `${port}:${nodePort}` : port}/${protocol}`;

function externalAddress({ spec, status }: Service): string {
  if (spec.type === 'ExternalName') return spec.externalName ?? '<none>';
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ hostname, ip }) => hostname ?? ip).join(',');
  if (addresses !== '') return addresses;
  return spec.type === 'LoadBalancer' ? '<pending>' : '<none>';
}

export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',') || '<none>';

const endpoints = columnsOf<Endpoints>();

export const endpointsColumns: readonly Column<Endpoints>[] = [
  endpoints.text('Endpoints', ({ subsets = [] }) => shortened(subsets.flatMap(subsetAddresses))),
  endpoints.text('Age', age),
];

function subsetAddresses({ addresses = [], ports = [] }: NonNullable<Endpoints['subsets']>[number]): string[] {
  if (ports.length === 0) return addresses.map(({ ip }) => ip);
  return ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip}:${port}`));
}

const slice = columnsOf<EndpointSlice>();

export const endpointSliceColumns: readonly Column<EndpointSlice>[] = [
  slice.text('AddressType', ({ addressType }) => addressType),
  slice.text('Ports', ({ ports = [] }) =>
    shortened(
      ports.map(({ port }) => String(port ?? '*')),
      '<unset>',
    ),
  ),
  slice.text('Endpoints', ({ endpoints: list }) =>
    shortened(
      (list ?? []).flatMap(({ addresses }) => addresses),
      '<unset>',
    ),
  ),
  slice.text('Age', age),
];

/** kubectl shows three and counts the others. */
function shortened(list: readonly string[], none = '<none>'): string {
  if (list.length === 0) return none;
  const more = list.length > 3 ? ` + ${list.length - 3} more...` : '';
  return list.slice(0, 3).join(',') + more;
}

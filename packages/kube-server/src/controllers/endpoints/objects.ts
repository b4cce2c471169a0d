import type { EndpointAddress, Endpoints, EndpointSlice, Node, ObjectReference, Pod } from '../../objects/index.ts';
import type { ServiceEndpoint } from './select.ts';

type SliceContent = Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'>;
type Subset = NonNullable<Endpoints['subsets']>[number];

const reference = ({ metadata }: Pod): ObjectReference => {
  const { namespace, name, uid } = metadata;
  return { kind: 'Pod', ...(namespace !== undefined && { namespace }), name, uid };
};

/** Endpoints in groups that listen on the same numbers: named target ports may differ from pod to pod. */
function byPorts(endpoints: readonly ServiceEndpoint[]): ServiceEndpoint[][] {
  const groups = new Map<string, ServiceEndpoint[]>();
  for (const endpoint of endpoints) {
    const key = endpoint.ports.map(({ port, target }) => `${port.name ?? port.port}=${target}`).join();
    groups.set(key, [...(groups.get(key) ?? []), endpoint]);
  }
  return [...groups.values()];
}

function portsOf(
  group: readonly ServiceEndpoint[],
): { name: string; port: number; protocol: string; appProtocol?: string }[] {
  return (group[0]?.ports ?? []).map(({ port, target }) => ({
    name: port.name ?? '',
    port: target,
    protocol: port.protocol,
    ...(port.appProtocol !== undefined && { appProtocol: port.appProtocol }),
  }));
}

/** What a service's slices hold; an empty one when nothing is selected, so that clients see the service has a controller. */
export function sliceContents(endpoints: readonly ServiceEndpoint[], nodes: ReadonlyMap<string, Node>): SliceContent[] {
  const groups = endpoints.length === 0 ? [[]] : byPorts(endpoints);
  return groups.map((group) => ({
    addressType: 'IPv4',
    endpoints: group.map((endpoint) => sliceEndpoint(endpoint, nodes)),
    ports: portsOf(group),
  }));
}

function sliceEndpoint(
  { pod, ip, ready, terminating }: ServiceEndpoint,
  nodes: ReadonlyMap<string, Node>,
): EndpointSlice['endpoints'][number] {
  const { nodeName } = pod.spec;
  const zone = nodes.get(nodeName ?? '')?.metadata.labels?.['topology.kubernetes.io/zone'];
  const serving =
    ready ||
    (terminating && pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true);
  return {
    addresses: [ip],
    conditions: { ready, serving, terminating },
    ...(nodeName !== undefined && { nodeName }),
    ...(zone !== undefined && { zone }),
    targetRef: reference(pod),
  };
}

/** The same as an Endpoints object, for clients that know no slices. */
export function endpointSubsets(endpoints: readonly ServiceEndpoint[]): Subset[] {
  return byPorts(endpoints).map((group) => {
    const addresses = group.filter(({ ready }) => ready).map(address);
    const notReadyAddresses = group.filter(({ ready, terminating }) => !ready && !terminating).map(address);
    return {
      ...(addresses.length > 0 && { addresses }),
      ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
      ports: portsOf(group).map(({ name, ...port }) => (name === '' ? port : { name, ...port })),
    };
  });
}

const address = ({ pod, ip }: ServiceEndpoint): EndpointAddress => ({
  ip,
  ...(pod.spec.nodeName !== undefined && { nodeName: pod.spec.nodeName }),
  targetRef: reference(pod),
});

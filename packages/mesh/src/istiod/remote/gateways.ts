/** The ways into other networks. */
import { addressBytes, isAddress } from '../addresses/bytes.ts';
import type { Gateway } from '../objects.ts';
import type { Snapshot } from '../wds/snapshot.ts';
import type { WdsWorkload } from '../wds/workloads.ts';

const networkLabel = 'topology.istio.io/network';
const accountAnnotation = 'gateway.istio.io/service-account';
const hbonePort = 15_008;

/** Where each class is looked for, and the account that a gateway of it runs with. */
const classes: Readonly<Record<string, { from: 'here' | 'there'; account: (name: string) => string }>> = {
  'istio-remote': { from: 'here', account: (name) => `${name}-istio-remote` },
  'istio-eastwest': { from: 'there', account: (name) => name },
  'istio-east-west': { from: 'there', account: (name) => name },
};

export interface NetworkGateway {
  network: string;
  namespace: string;
  name: string;
  /** IP address or host name. */
  address: string;
  port: number;
  serviceAccount: string;
  clusterId: string;
}

/** The gateway of a network, or why there is none. */
export type FoundGateway = NetworkGateway | { problem: string };

/**
 * The gateway that leads into `network`: one that somebody declared here (class `istio-remote`) goes before those that
 * run in the remote clusters.
 */
export function gatewayOf(network: string, local: Snapshot, remotes: readonly Snapshot[]): FoundGateway {
  const candidates = [
    ...local.gateways.filter(isFor(network, 'here')).map((gateway) => ({ gateway, clusterId: local.clusterId })),
    ...remotes.flatMap(({ gateways, clusterId }) =>
      gateways.filter(isFor(network, 'there')).map((gateway) => ({ gateway, clusterId })),
    ),
  ];
  const [first] = candidates;
  if (!first) return { problem: `network ${network} has no east-west gateway (label ${networkLabel}=${network})` };
  const addressed = candidates.find(({ gateway }) => addressOf(gateway) !== undefined);
  if (addressed) return described(addressed.gateway, network, addressed.clusterId);
  const { namespace, name } = first.gateway.metadata;
  return {
    problem: `gateway ${namespace}/${name} of cluster ${first.clusterId}, network ${network}, has no address yet`,
  };
}

const addressOf = ({ status }: Gateway): string | undefined => status?.addresses?.[0]?.value;

const isFor =
  (network: string, from: 'here' | 'there') =>
  ({ metadata, spec }: Gateway): boolean =>
    metadata.labels?.[networkLabel] === network && classes[spec.gatewayClassName]?.from === from;

function described(gateway: Gateway, network: string, clusterId: string): NetworkGateway {
  const { name, namespace = 'default', annotations } = gateway.metadata;
  const listener = gateway.spec.listeners?.find(({ protocol, port }) => protocol === 'HBONE' || port === hbonePort);
  const account = classes[gateway.spec.gatewayClassName]?.account ?? ((own: string) => own);
  return {
    network,
    namespace,
    name,
    address: addressOf(gateway) ?? '',
    port: listener?.port ?? hbonePort,
    serviceAccount: annotations?.[accountAnnotation] ?? account(name),
    clusterId,
  };
}

/** The gateway as proxies have to know it: they verify that it is who it is said to be. */
export function gatewayWorkload(gateway: NetworkGateway, trustDomain: string): WdsWorkload {
  const { network, address, port, namespace, serviceAccount, clusterId } = gateway;
  const uid = `NetworkGateway/${network}/${address}/${port}`;
  return {
    uid,
    name: uid,
    namespace,
    serviceAccount,
    network,
    clusterId,
    ...(trustDomain === 'cluster.local' ? {} : { trustDomain }),
    ...(isAddress(address) ? { addresses: [addressBytes(address)] } : { hostname: address }),
  };
}

/** What an endpoint behind the gateway refers to it with. */
export const gatewayAddress = ({
  network,
  address,
  namespace,
  port,
}: NetworkGateway): NonNullable<WdsWorkload['networkGateway']> => ({
  destination: isAddress(address)
    ? { case: 'address', value: { network, address: addressBytes(address) } }
    : { case: 'hostname', value: { namespace, hostname: address } },
  hboneMtlsPort: port,
});

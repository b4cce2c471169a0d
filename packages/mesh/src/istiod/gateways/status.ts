import { isIP } from 'node:net';
import type { Condition } from '@meshbed/kube-client';
import type { Deployment, Gateway, Service } from '../objects.ts';

export interface GatewayStatus {
  conditions: Condition[];
  addresses: { type: string; value: string }[];
}

/** What a gateway that runs here has come to: its deployment and its load balancer's address. Pure. */
export function managedStatus(
  gateway: Gateway,
  { deployment, service }: { deployment: Deployment | undefined; service: Service | undefined },
): GatewayStatus {
  const ingress = service?.status?.loadBalancer?.ingress ?? [];
  const addresses = ingress.flatMap(({ hostname, ip }) => hostname ?? ip ?? []).map(addressOf);
  return {
    conditions: [accepted(gateway), programmed(gateway, waitingFor(deployment, service, addresses.length))],
    addresses,
  };
}

/** A gateway of another cluster: its addresses are written by who made it. */
export const remoteStatus = (gateway: Gateway): GatewayStatus => {
  const addresses = (gateway.spec.addresses ?? []).map(({ value }) => addressOf(value));
  const missing = addresses.length === 0 ? 'spec.addresses names no address of the remote gateway' : undefined;
  return { conditions: [accepted(gateway), programmed(gateway, missing)], addresses };
};

const addressOf = (value: string) => ({ type: isIP(value) === 0 ? 'Hostname' : 'IPAddress', value });

function waitingFor(
  deployment: Deployment | undefined,
  service: Service | undefined,
  addresses: number,
): string | undefined {
  if (!service || !deployment) return 'its deployment and service are being created';
  const name = `${service.metadata.namespace}/${service.metadata.name}`;
  if (addresses === 0) return `waiting for address: the load balancer of service ${name} is pending`;
  const { availableReplicas: available = 0 } = deployment.status ?? {};
  return available > 0 ? undefined : `waiting for deployment ${name}: no replica is available`;
}

const accepted = ({ metadata: { generation } }: Gateway): Condition => ({
  type: 'Accepted',
  status: 'True',
  reason: 'Accepted',
  message: 'Resource accepted',
  observedGeneration: generation ?? 1,
});

const programmed = ({ metadata: { generation } }: Gateway, missing: string | undefined): Condition => ({
  type: 'Programmed',
  status: missing === undefined ? 'True' : 'False',
  reason: missing === undefined ? 'Programmed' : missing.includes('address') ? 'AddressNotAssigned' : 'Pending',
  message: missing ?? 'Resource programmed, address assigned',
  observedGeneration: generation ?? 1,
});

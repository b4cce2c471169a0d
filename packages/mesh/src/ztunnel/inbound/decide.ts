import type { Peer } from '@meshbed/core';
import { type Authority, isAddress } from '@meshbed/hbone';
import { evaluateAuthorization, policiesInForce, policyKey } from '@meshbed/policy/istio';
import type { MeshState } from '../state/index.ts';
import { type Service, serviceKey, type Workload } from '../state/types.ts';

export interface Arrival {
  /** Where the connection wants to go: an address with the port of the workload, or a service's name and port. */
  target: Authority;
  /** The address that it arrived on. */
  localIp: string;
  /** `spiffe://…` of the TLS peer; undefined for plain text. */
  sourceIdentity: string | undefined;
  source: Peer;
}

export interface Refusal {
  kind: 'refuse';
  status: 400 | 401 | 503;
  error: string;
  service?: Service;
  /** The policies that refused it. */
  policies?: readonly string[];
  reason?: string;
}

export type Decision = { kind: 'connect'; port: number; service?: Service } | Refusal;

/** ztunnel's own ports: tunnelling to them would go in circles. */
const ownPorts: readonly number[] = [15001, 15006, 15008, 15080];

/** ztunnel's order: the address (400), the port (503), policy (401). Connecting comes after all of them. */
export function decideInbound(state: MeshState, local: Workload, arrival: Arrival): Decision {
  const { target, localIp } = arrival;
  if (isAddress(target.host) && target.host !== localIp) {
    return { kind: 'refuse', status: 400, error: `ip mismatch: ${target.host} != ${localIp}` };
  }
  const resolved = isAddress(target.host)
    ? { port: target.port, ...onlyServiceAt(state, local, target.port) }
    : resolveName(state, local, target);
  if ('kind' in resolved) return resolved;
  if (ownPorts.includes(resolved.port)) {
    return { ...resolved, kind: 'refuse', status: 503, error: 'attempted recursive call to ourselves' };
  }
  const denied = judge(state, local, arrival, resolved.port);
  if (!denied) return { kind: 'connect', ...resolved };
  const error = `connection closed due to policy rejection: ${denied.reason}`;
  return { kind: 'refuse', status: 401, error, ...denied, ...(resolved.service && { service: resolved.service }) };
}

/** Undefined when the policies in force let the connection through. */
export function judge(
  state: MeshState,
  local: Workload,
  { sourceIdentity, source, localIp }: Arrival,
  destinationPort: number,
): { reason: string; policies: readonly string[] } | undefined {
  const { policies } = policiesInForce(state.policies.values(), local);
  const connection = { sourceIdentity, sourceIp: source.ip, destinationIp: localIp, destinationPort };
  const verdict = evaluateAuthorization(policies, connection);
  if (verdict.verdict === 'allow') return undefined;
  const allowing = policies.filter(({ action, dryRun }) => action === 'ALLOW' && !dryRun).map(policyKey);
  return { reason: verdict.reason, policies: verdict.policy === undefined ? allowing : [verdict.policy] };
}

type Resolved = { port: number; service?: Service } | Refusal;

function resolveName(state: MeshState, local: Workload, { host, port }: Authority): Resolved {
  const service = state.serviceNamed(host, local.namespace);
  if (!service) return { kind: 'refuse', status: 503, error: `no service or workload for hostname: ${host}` };
  const target = local.services.get(serviceKey(service))?.get(port) || service.ports.get(port);
  if (!target) return { kind: 'refuse', status: 503, error: `no port ${port} in service ${host}`, service };
  return { port: target, service };
}

/** The service that an address stands for, when there is just one candidate: telemetry only. */
function onlyServiceAt(state: MeshState, local: Workload, port: number): { service?: Service } {
  const candidates = [...local.services].filter(([, ports]) => [...ports.values()].includes(port));
  const service = candidates.length === 1 ? state.services.get(candidates[0]?.[0] ?? '') : undefined;
  return service ? { service } : {};
}

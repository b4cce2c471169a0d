/** The way of packets from a workload in one cloud to the east-west gateway in the other. */
import { MeshbedError } from '@meshbed/core';
import { tryParseIp } from '@meshbed/policy/network';
import type { Facts, Interface } from '../facts/types.ts';
import type { Workload } from '../mesh/index.ts';
import { networkCause } from '../network/causes.ts';
import { interfaceAt, loadBalancerInterfaces, traceWay, type Way } from '../network/ways.ts';
import type { Explanation } from '../types.ts';
import { addHops } from '../walk/endpoint.ts';
import type { Trail } from '../walk/trail.ts';
import type { Gateway } from './member.ts';
import type { Side } from './walk.ts';

export const hbonePort = 15_008;

interface Ends {
  caller: Workload;
  gateway: Gateway;
  /** Of the load balancer before the gateway: an address or a name. */
  address: string;
}

/** Out of one network, through the Internet, to the load balancer of the other, and to the gateway behind it. */
export function wayBetween(
  trail: Trail,
  { here, there }: { here: Side; there: Side },
  { caller, gateway, address }: Ends,
): Explanation | undefined {
  const { facts } = here.mesh;
  const frontend = there.isRead ? frontendAt(facts, address) : undefined;
  const ip = frontend?.publicIp ?? address;
  if (!here.isRead) leftOpen(trail, here, `from ${caller.name} to ${address}:${hbonePort}`);
  else {
    const source = interfaceAt(facts.network, caller.ip);
    if (!source) throw new MeshbedError('cloud/explain', `no interface has the address ${caller.ip} of ${caller.name}`);
    const isOutside = !there.isRead || tryParseIp(ip) === undefined;
    const way = { from: { interface: source, ip: caller.ip }, to: { ip, port: hbonePort } };
    const blocked = follow(trail, facts, way, isOutside);
    if (blocked) return blocked;
  }
  if (!there.isRead) return leftOpen(trail, there, `from ${address}:${hbonePort} to its pods`);
  return frontend && toPod(trail, there, { gateway, at: frontend.interface });
}

/** The interface that has the public address, or one behind the name of a load balancer of AWS. */
function frontendAt({ network }: Facts, address: string): { interface: Interface; publicIp: string } | undefined {
  const named = loadBalancerInterfaces(network, address);
  const candidates = named.length > 0 ? named : [...network.interfaces.values()];
  for (const candidate of candidates)
    for (const publicIp of candidate.publicIps.values())
      if (named.length > 0 || publicIp === address) return { interface: candidate, publicIp };
  return undefined;
}

function leftOpen(trail: Trail, { name, mesh }: Side, what: string): undefined {
  const { account, cluster } = mesh.facts.mesh;
  const says = `${what}: the network of ${name} is not read, its security groups may have a say`;
  trail.add({ step: 'network', object: cluster, account, verdict: 'warn', says });
}

interface Arrival {
  gateway: Gateway;
  /** Of the load balancer. */
  at: Interface;
}

/** A load balancer of AWS dials the pod itself; one of Azure hands packets to any machine, which passes them on. */
function toPod(trail: Trail, there: Side, { gateway, at }: Arrival): Explanation | undefined {
  const { facts } = there.mesh;
  const pod = podOf(there, gateway);
  if (!pod) return undefined;
  const missing = there.loadBalancers && throughBalancer(trail, there, { gateway, at });
  if (missing) return missing;
  const source = there.loadBalancers ? machineBeside(facts, pod.ip) : at;
  const ip = source?.ips[0];
  if (!source || ip === undefined) return undefined;
  return follow(trail, facts, { from: { interface: source, ip }, to: { ip: pod.ip, port: hbonePort } });
}

function throughBalancer(trail: Trail, there: Side, { gateway, at }: Arrival): Explanation | undefined {
  const { account } = there.mesh.facts.mesh;
  const balancer = there.loadBalancers?.find(({ id }) => at.id.toLowerCase().startsWith(id.toLowerCase()));
  const rule = balancer?.properties.loadBalancingRules?.find(
    ({ properties: { frontendIPConfiguration, frontendPort } }) =>
      frontendIPConfiguration?.id.toLowerCase() === at.id.toLowerCase() && frontendPort === hbonePort,
  );
  if (rule) {
    const says = `load balancer ${balancer?.name} hands port ${hbonePort} to the machines of ${there.name}`;
    trail.allow('network', { object: rule.id, account }, says);
    return undefined;
  }
  const { namespace, name } = gateway.metadata;
  return trail.deny('network', {
    reason: 'load-balancer-rule-missing',
    object: at.id,
    account,
    says: `load balancer ${balancer?.name ?? at.id} has no rule for port ${hbonePort} of ${at.ips[0]}`,
    fix: [`kubectl describe service ${name} -n ${namespace}`],
  });
}

/** Another machine of the same network. */
function machineBeside({ network }: Facts, ip: string): Interface | undefined {
  const own = interfaceAt(network, ip);
  return [...network.interfaces.values()].find(
    ({ id, vpcId, publicIps }) => vpcId === own?.vpcId && id !== own.id && publicIps.size === 0,
  );
}

export const podOf = ({ mesh }: Side, { metadata }: Gateway): Workload | undefined =>
  mesh.workloads.find(
    ({ kind, namespace, labels }) =>
      kind === 'pod' &&
      namespace === metadata.namespace &&
      labels['gateway.networking.k8s.io/gateway-name'] === metadata.name,
  );

/** @param isOutside the target is a host of which nothing is known */
export function follow(trail: Trail, facts: Facts, way: Way, isOutside = false): Explanation | undefined {
  const host = isOutside ? { names: [way.to.ip], ports: new Map([[way.to.port, way.to.port]]) } : undefined;
  const verdict = traceWay(facts, way, host);
  addHops(trail, verdict);
  return verdict.kind === 'connected' ? undefined : trail.deny('network', networkCause(facts, way, verdict));
}

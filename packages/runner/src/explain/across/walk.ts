/** From a workload to one of another cluster, in another network: through the east-west gateway of that network. */
import { MeshbedError } from '@meshbed/core';
import { namespaceOf } from '../facts/objects.ts';
import {
  endpointsOf,
  type Endpoint,
  lookUp,
  type Host,
  type HostPort,
  type Mesh,
  type Workload,
} from '../mesh/index.ts';
import { spiffeOf } from '../mesh/workloads.ts';
import { networkCause } from '../network/causes.ts';
import { interfaceAt, loadBalancerInterfaces, traceWay, type Way } from '../network/ways.ts';
import type { Cause, Explanation } from '../types.ts';
import type { Caller } from '../walk/caller.ts';
import { addHops } from '../walk/endpoint.ts';
import { walkPolicies } from '../walk/policy.ts';
import type { Target } from '../walk/target.ts';
import { Trail } from '../walk/trail.ts';
import { notRunning, policiesNow, undiscovered, unknownPort, walkCaller } from '../walk/walk.ts';
import { gatewayInto, type Gateway, type Member } from './member.ts';

/** A cluster of the mesh. */
export interface Side {
  /** `EKS`, `AKS` */
  name: string;
  mesh: Mesh;
  member: Member;
}

export interface Crossing {
  caller: Caller;
  target: Target;
  here: Side;
  there: Side;
}

const hbonePort = 15_008;

export function walkAcross(crossing: Crossing): Explanation {
  const { caller, target, here, there } = crossing;
  const trail = new Trail(caller.text, `${target.host}${target.port === undefined ? '' : `:${target.port}`}`);
  const question = { mesh: here.mesh, caller, target, policies: policiesNow(here.mesh) };
  const { workload } = caller;
  if (!workload) return trail.deny('caller', notRunning(question));
  const blocked = walkCaller(trail, question, workload);
  if (blocked) return blocked;
  if (!workload.enrolled) return trail.deny('caller', outside(workload));
  const host = lookUp(there.mesh.hosts, target.host, workload.namespace);
  if (!host) return trail.deny('discovery', undiscovered(question));
  const { account } = there.mesh.facts.mesh;
  if (!host.isGlobal) return trail.deny('name', notGlobal(host, there));
  trail.allow(
    'name',
    { object: host.object, account },
    `${target.host} is ${host.object} of ${there.name}, and global`,
  );
  const port = target.port === undefined ? host.ports[0] : host.ports.find((each) => each.port === target.port);
  if (!port) return trail.deny('name', unknownPort(host, account, target.port));
  trail.leadsTo(target.host, port.port);
  const distrust = distrustOf(here, there);
  if (distrust) return trail.deny('tunnel', distrust);
  return throughGateway(trail, crossing, { caller: workload, host, port });
}

const outside = ({ object, account, name }: Workload): Cause => ({
  reason: 'caller-not-enrolled',
  object,
  account,
  says: `${name} is not in the mesh: only tunnels of the mesh get into another network`,
  fix: [],
});

const kubectl = ({ name }: Side) => `kubectl --context ${name}`;

function notGlobal({ object, kind, hostname, namespace }: Host, there: Side): Cause {
  const { account } = there.mesh.facts.mesh;
  const says = `${object} of ${there.name} is not global: the other clusters of the mesh don't know ${hostname}`;
  const name = object.split('/').at(-1) ?? '';
  const fix = [`${kubectl(there)} label ${kind.toLowerCase()} ${name} -n ${namespace} istio.io/global=true`];
  return { reason: 'not-global', object, account, says, fix };
}

/** Both ends check the other's certificate: by its root, and by the trust domain in it. */
function distrustOf(here: Side, there: Side): Cause | undefined {
  const [one, other] = [here.mesh.facts.mesh, there.mesh.facts.mesh];
  if (one.trustDomain !== other.trustDomain) {
    const says = `${here.name} has the trust domain ${one.trustDomain}, ${there.name} ${other.trustDomain}: no certificate of one is taken in the other`;
    return {
      reason: 'trust-domain-differs',
      object: 'ConfigMap istio-system/istio',
      account: other.account,
      says,
      fix: [],
    };
  }
  if (there.member.roots.some((root) => here.member.roots.includes(root))) return undefined;
  const says = `${here.name} and ${there.name} have no root certificate in common: every handshake between them fails`;
  const fix = ['meshbed run 4 --step create_certs'];
  return { reason: 'roots-differ', object: 'Secret istio-system/cacerts', account: other.account, says, fix };
}

interface Named {
  caller: Workload;
  host: Host;
  port: HostPort;
}

function throughGateway(trail: Trail, { here, there }: Crossing, named: Named): Explanation {
  const found = usableGateway(there);
  if ('cause' in found) return trail.deny('endpoint', found.cause);
  const { gateway, address, at } = found;
  trail.allow(
    'endpoint',
    at,
    `network ${there.member.network} is reached through ${at.object} of ${there.name}, ${address}:${hbonePort}`,
  );
  const blocked = wayOut(trail, here, { caller: named.caller, address }) ?? wayIn(trail, there, { gateway, address });
  if (blocked) return blocked;
  const { namespace = '', name } = gateway.metadata;
  const identity = spiffeOf(there.mesh.facts.mesh, namespace, name);
  trail.allow(
    'tunnel',
    at,
    `outer HBONE with mutual TLS: ${named.caller.identity} to ${identity}, which can't read what is inside`,
  );
  const usable = endpointsOf(there.mesh, named.host, named.port).filter(
    ({ workload }) => workload.ready && workload.enrolled,
  );
  if (usable.length === 0) return trail.deny('endpoint', noEndpoint(named.host, there));
  const outcomes = usable.map((endpoint) =>
    toEndpoint(trail.branch(), { there, gateway, endpoint, caller: named.caller }),
  );
  return (outcomes.find(({ verdict }) => verdict === 'denied') ?? outcomes[0]) as Explanation;
}

interface UsableGateway {
  gateway: Gateway;
  address: string;
  at: { object: string; account: string };
}

function usableGateway(there: Side): UsableGateway | { cause: Cause } {
  const { member, mesh, name } = there;
  const { account } = mesh.facts.mesh;
  if (member.network === undefined) {
    const object = 'Namespace istio-system';
    const says = `${name} does not say which network it is: namespace istio-system lacks the label topology.istio.io/network`;
    const fix = [`${kubectl(there)} label namespace istio-system topology.istio.io/network=NETWORK`];
    return { cause: { reason: 'network-label-missing', object, account, says, fix } };
  }
  const gateway = gatewayInto(member);
  if (!gateway) {
    const says = `network ${member.network} has no east-west gateway: nothing leads into it`;
    const fix = ['istioctl multicluster expose --wait'];
    return { cause: { reason: 'gateway-missing', object: `network ${member.network}`, account, says, fix } };
  }
  const object = `Gateway ${namespaceOf(gateway)}/${gateway.metadata.name}`;
  const address = gateway.status?.addresses?.[0]?.value;
  if (address !== undefined) return { gateway, address, at: { object, account } };
  const says = `${object} of ${name} has no address: its load balancer is pending`;
  const fix = [`${kubectl(there)} describe gateway,service -n ${namespaceOf(gateway)}`];
  return { cause: { reason: 'gateway-without-address', object, account, says, fix } };
}

/** Azure's network is not read: what it would say is left open, in words. */
const isRead = ({ mesh }: Side) => mesh.facts.network.interfaces.size > 0;

function leftOpen(trail: Trail, { name, mesh }: Side, what: string): undefined {
  const { account, cluster } = mesh.facts.mesh;
  const says = `${what}: the network of ${name} is not read, its security groups may have a say`;
  trail.add({ step: 'network', object: cluster, account, verdict: 'warn', says });
}

/** From the caller to the Internet, on whose other side the gateway is. */
function wayOut(
  trail: Trail,
  here: Side,
  { caller, address }: { caller: Workload; address: string },
): Explanation | undefined {
  if (!isRead(here)) return leftOpen(trail, here, `from ${caller.name} to ${address}:${hbonePort}`);
  const source = interfaceAt(here.mesh.facts.network, caller.ip);
  if (!source) throw new MeshbedError('cloud/explain', `no interface has the address ${caller.ip} of ${caller.name}`);
  const way = { from: { interface: source, ip: caller.ip }, to: { ip: address, port: hbonePort } };
  return follow(trail, here, way, true);
}

/** From the load balancer before the gateway to the gateway. */
function wayIn(
  trail: Trail,
  there: Side,
  { gateway, address }: { gateway: Gateway; address: string },
): Explanation | undefined {
  if (!isRead(there)) return leftOpen(trail, there, `from ${address}:${hbonePort} to its pods`);
  const pod = podOf(there, gateway);
  const [balancer] = loadBalancerInterfaces(there.mesh.facts.network, address);
  if (!pod || !balancer) return undefined;
  const way = { from: { interface: balancer, ip: balancer.ips[0] ?? '' }, to: { ip: pod.ip, port: hbonePort } };
  return follow(trail, there, way);
}

const podOf = ({ mesh }: Side, { metadata }: Gateway): Workload | undefined =>
  mesh.workloads.find(
    ({ kind, namespace, labels }) =>
      kind === 'pod' &&
      namespace === metadata.namespace &&
      labels['gateway.networking.k8s.io/gateway-name'] === metadata.name,
  );

function follow(trail: Trail, { mesh }: Side, way: Way, toInternet = false): Explanation | undefined {
  const host = toInternet ? { names: [way.to.ip], ports: new Map([[way.to.port, way.to.port]]) } : undefined;
  const verdict = traceWay(mesh.facts, way, host);
  addHops(trail, verdict);
  return verdict.kind === 'connected' ? undefined : trail.deny('network', networkCause(mesh.facts, way, verdict));
}

function noEndpoint({ object, namespace }: Host, there: Side): Cause {
  const { account } = there.mesh.facts.mesh;
  const says = `${object} of ${there.name} has no endpoint that is ready and in the mesh`;
  return { reason: 'no-endpoint', object, account, says, fix: [`${kubectl(there)} get pods -n ${namespace} -o wide`] };
}

interface Last {
  there: Side;
  gateway: Gateway;
  endpoint: Endpoint;
  caller: Workload;
}

function toEndpoint(trail: Trail, { there, gateway, endpoint, caller }: Last): Explanation {
  const { workload, port } = endpoint;
  const { object, account } = workload;
  trail.allow('endpoint', { object, account }, `the gateway leads to ${workload.name} at ${workload.ip}:${hbonePort}`);
  const pod = podOf(there, gateway);
  const source = pod && interfaceAt(there.mesh.facts.network, pod.ip);
  if (source) {
    const way = { from: { interface: source, ip: pod.ip }, to: { ip: workload.ip, port: hbonePort } };
    const blocked = follow(trail, there, way);
    if (blocked) return blocked;
  }
  trail.allow('tunnel', { object, account }, `inner HBONE with mutual TLS: ${caller.identity} to ${workload.identity}`);
  const sourceIp = pod?.ip ?? '0.0.0.0';
  const connection = { sourceIdentity: caller.identity, sourceIp, destinationIp: workload.ip, destinationPort: port };
  const asked = { mesh: there.mesh, policies: policiesNow(there.mesh), caller, endpoint, connection };
  return walkPolicies(trail, asked) ?? trail.arrived('hbone');
}

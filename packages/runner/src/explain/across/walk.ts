/** From a workload to one of another cluster, in another network: through the east-west gateway of that network. */
import type { AzureLoadBalancer } from '../../azure/network.ts';
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
import { podProblem } from '../mesh/enrolment.ts';
import { spiffeOf } from '../mesh/workloads.ts';
import { interfaceAt } from '../network/ways.ts';
import type { Cause, Explanation } from '../types.ts';
import type { Caller } from '../walk/caller.ts';
import { walkPolicies } from '../walk/policy.ts';
import type { Target } from '../walk/target.ts';
import { Trail } from '../walk/trail.ts';
import { notRunning, policiesNow, undiscovered, unknownPort, walkCaller } from '../walk/walk.ts';
import { gatewayInto, isEastWest, networkLabel, type Gateway, type Member } from './member.ts';
import { unread, type Reading } from './remote.ts';
import { follow, hbonePort, podOf, wayBetween } from './way.ts';

/** A cluster of the mesh. */
export interface Side {
  /** `EKS`, `AKS` */
  name: string;
  /** Its network is that of both clouds. */
  mesh: Mesh;
  member: Member;
  /** Whether its cloud was asked for its network. */
  isRead: boolean;
  /** How its istiod gets at the other cluster. */
  reading: Reading;
  /** Azure's, whose rules lead from addresses to machines. */
  loadBalancers?: readonly AzureLoadBalancer[];
}

export interface Crossing {
  caller: Caller;
  target: Target;
  here: Side;
  there: Side;
}

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
  if (!host) return trail.deny('discovery', undiscovered({ ...question, mesh: there.mesh }));
  const { account } = there.mesh.facts.mesh;
  if (!host.isGlobal) return trail.deny('name', notGlobal(host, there));
  trail.allow(
    'name',
    { object: host.object, account },
    `${target.host} is ${host.object} of ${there.name}, and global`,
  );
  const blind = unread(here.reading, {
    here: { name: here.name, account: here.mesh.facts.mesh.account },
    there: there.name,
  });
  if (blind?.reason === 'remote-secret-missing') return trail.deny('discovery', blind);
  if (blind) trail.warn('discovery', blind);
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

function notGlobal({ object, kind, hostname, namespace }: Host, there: Side): Cause {
  const { account } = there.mesh.facts.mesh;
  const says = `${object} of ${there.name} is not global: the other clusters of the mesh don't know ${hostname}`;
  const name = object.split('/').at(-1) ?? '';
  const fix = [`kubectl label ${kind.toLowerCase()} ${name} -n ${namespace} istio.io/global=true`];
  return { reason: 'not-global', object, account, says, fix };
}

const usualTrustDomain = 'cluster.local';

/** Both ends check the other's certificate: by its root, and by the trust domain in it. */
function distrustOf(here: Side, there: Side): Cause | undefined {
  const [one, other] = [here.mesh.facts.mesh, there.mesh.facts.mesh];
  if (one.trustDomain !== other.trustDomain) {
    const says = `${here.name} has the trust domain ${one.trustDomain}, ${there.name} ${other.trustDomain}: no certificate of one is taken in the other`;
    const { account } = one.trustDomain === usualTrustDomain ? other : one;
    const object = 'ConfigMap istio-system/istio';
    return { reason: 'trust-domain-differs', object, account, says, fix: ['meshbed run 4 --force'] };
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
  const unlabelled = labelMissing(here) ?? labelMissing(there);
  if (unlabelled) return trail.deny('endpoint', unlabelled);
  const found = usableGateway(there);
  if ('cause' in found) return trail.deny('endpoint', found.cause);
  const { gateway, address, at } = found;
  notPassed(trail, here);
  trail.allow(
    'endpoint',
    at,
    `network ${there.member.network} is reached through ${at.object} of ${there.name}, ${address}:${hbonePort}`,
  );
  const blocked = wayBetween(trail, { here, there }, { caller: named.caller, gateway, address });
  if (blocked) return blocked;
  const { namespace = '', name } = gateway.metadata;
  const identity = spiffeOf(there.mesh.facts.mesh, namespace, name);
  trail.allow(
    'tunnel',
    at,
    `outer HBONE with mutual TLS: ${named.caller.identity} to ${identity}, which can't read what is inside`,
  );
  const ready = endpointsOf(there.mesh, named.host, named.port).filter(({ workload }) => workload.ready);
  const usable = ready.filter(({ workload }) => workload.enrolled);
  if (usable.length === 0) return trail.deny('endpoint', noEndpoint(named.host, there, ready[0]));
  const outcomes = usable.map((endpoint) =>
    toEndpoint(trail.branch(), { there, gateway, endpoint, caller: named.caller }),
  );
  return (outcomes.find(({ verdict }) => verdict === 'denied') ?? outcomes[0]) as Explanation;
}

/** Traffic leaves its network without a gateway: said, since there is one. */
function notPassed(trail: Trail, { name, member, mesh }: Side): void {
  const own = gatewayInto(member);
  if (!own) return;
  const at = { object: `Gateway ${namespaceOf(own)}/${own.metadata.name}`, account: mesh.facts.mesh.account };
  const address = own.status?.addresses?.[0]?.value ?? 'no address';
  const says = `${at.object} of ${name} (${address}:${hbonePort}) leads into network ${member.network} only: not passed on the way out`;
  trail.allow('endpoint', at, says);
}

interface UsableGateway {
  gateway: Gateway;
  address: string;
  at: { object: string; account: string };
}

/** Clusters that don't say which network they are neither reach others nor are reached. */
function labelMissing({ member, mesh, name }: Side): Cause | undefined {
  if (member.network !== undefined) return undefined;
  const { account } = mesh.facts.mesh;
  const object = 'Namespace istio-system';
  const says = `${name} does not say which network it is: namespace istio-system lacks the label ${networkLabel}`;
  const network = member.gateways.map(({ metadata }) => metadata.labels?.[networkLabel]).find((label) => label);
  const fix = [`kubectl label namespace istio-system ${networkLabel}=${network ?? 'NETWORK'}`];
  return { reason: 'network-label-missing', object, account, says, fix };
}

function noGateway({ member: { network, gateways }, mesh }: Side): Cause {
  const { account } = mesh.facts.mesh;
  const unlabelled = gateways.find((gateway) => isEastWest(gateway));
  if (!unlabelled) {
    const says = `network ${network} has no east-west gateway: nothing leads into it`;
    const fix = ['istioctl multicluster expose --wait'];
    return { reason: 'gateway-missing', object: `network ${network}`, account, says, fix };
  }
  const { name } = unlabelled.metadata;
  const namespace = namespaceOf(unlabelled);
  const label = unlabelled.metadata.labels?.[networkLabel];
  const says = `Gateway ${namespace}/${name} is ${label === undefined ? 'of no network' : `of network ${label}`}, not of ${network}: nothing leads into it`;
  const fix = [`kubectl label gateway ${name} -n ${namespace} ${networkLabel}=${network} --overwrite`];
  return { reason: 'gateway-missing', object: `Gateway ${namespace}/${name}`, account, says, fix };
}

function usableGateway(there: Side): UsableGateway | { cause: Cause } {
  const { member, mesh, name } = there;
  const { account } = mesh.facts.mesh;
  const gateway = gatewayInto(member);
  if (!gateway) return { cause: noGateway(there) };
  const object = `Gateway ${namespaceOf(gateway)}/${gateway.metadata.name}`;
  const address = gateway.status?.addresses?.[0]?.value;
  if (address !== undefined) return { gateway, address, at: { object, account } };
  const says = `${object} of ${name} has no address: its load balancer is pending`;
  const fix = [`kubectl describe gateway,service -n ${namespaceOf(gateway)}`];
  return { cause: { reason: 'gateway-without-address', object, account, says, fix } };
}

/** @param outside one that is ready, but not in the mesh */
function noEndpoint({ object, namespace }: Host, there: Side, outside: Endpoint | undefined): Cause {
  const { account } = there.mesh.facts.mesh;
  const says = `${object} of ${there.name} has no endpoint that is ready and in the mesh`;
  if (outside?.workload.kind === 'pod') {
    const problem = podProblem(there.mesh.facts, outside.workload, 'destination');
    return { ...problem, says: `${says}: ${problem.says}` };
  }
  return { reason: 'no-endpoint', object, account, says, fix: [`kubectl get pods -n ${namespace} -o wide`] };
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
    const blocked = follow(trail, there.mesh.facts, way);
    if (blocked) return blocked;
  }
  trail.allow('tunnel', { object, account }, `inner HBONE with mutual TLS: ${caller.identity} to ${workload.identity}`);
  const sourceIp = pod?.ip ?? '0.0.0.0';
  const connection = { sourceIdentity: caller.identity, sourceIp, destinationIp: workload.ip, destinationPort: port };
  const asked = { mesh: there.mesh, policies: policiesNow(there.mesh), caller, endpoint, connection };
  return walkPolicies(trail, asked) ?? trail.arrived('hbone');
}

/** From the caller to the application behind a name, object by object. Pure: the facts were read before. */
import type { PolicySet } from '@meshbed/policy/istio';
import { accessProblem, discoveryProblem, visibleProblem } from '../discovery/diagnose.ts';
import { podProblem, proxyProblem, roleProblem, serviceProblem } from '../mesh/enrolment.ts';
import { endpointsOf, type Host, type HostPort, lookUp, type Mesh, type Workload } from '../mesh/index.ts';
import { interfaceAt } from '../network/ways.ts';
import type { Cause, Explanation } from '../types.ts';
import type { Caller } from './caller.ts';
import { walkEndpoint } from './endpoint.ts';
import type { Target } from './target.ts';
import { Trail } from './trail.ts';

export interface Question {
  mesh: Mesh;
  caller: Caller;
  target: Target;
  /** In force, or to be asked what if. */
  policies: PolicySet;
}

/** The policies as they are in the cluster. */
export function policiesNow({ facts: { mesh } }: Mesh): PolicySet {
  const { policies, peerAuthentications, rootNamespace } = mesh;
  return { policies, peerAuthentications, rootNamespace };
}

export function walk(question: Question): Explanation {
  const { caller, target } = question;
  const trail = new Trail(caller.text, `${target.host}${target.port === undefined ? '' : `:${target.port}`}`);
  const { workload } = caller;
  if (!workload) return trail.deny('caller', notRunning(question));
  const blocked = walkCaller(trail, question, workload);
  return blocked ?? walkName(trail, question, workload);
}

export function notRunning({ mesh: { facts }, caller: { text, service } }: Question): Cause {
  const object = service?.arn ?? text;
  const account = service?.account ?? facts.mesh.account;
  const command = service
    ? `aws ecs describe-services --cluster ${service.cluster} --services ${service.name}`
    : `kubectl get pods -A`;
  return { reason: 'caller-not-running', object, account, says: `${text} has no running workload`, fix: [command] };
}

/** A pod outside the mesh still reaches Services of Kubernetes; a task without its ztunnel reaches nothing. */
export function walkCaller(
  trail: Trail,
  { mesh: { facts }, target }: Question,
  caller: Workload,
): Explanation | undefined {
  const { object, account, name, identity, task, service } = caller;
  if (service && task) {
    const problem = serviceProblem(facts, service, 'caller');
    if (task.ztunnel === 'HEALTHY') {
      trail.allow('caller', { object: task.arn, account }, `${name} (${caller.ip}) is in the mesh as ${identity}`);
      if (problem) trail.warn('caller', problem);
      return undefined;
    }
    return trail.deny('caller', problem ?? proxyProblem(facts, service, task));
  }
  if (caller.enrolled) {
    trail.allow('caller', { object, account }, `${name} (${caller.ip}) is in the mesh as ${identity}`);
    return undefined;
  }
  const problem = podProblem(facts, caller, 'caller');
  if (target.service) return trail.deny('caller', problem);
  trail.warn('caller', problem);
  return undefined;
}

function walkName(trail: Trail, question: Question, caller: Workload): Explanation {
  const { mesh, target } = question;
  const host = lookUp(mesh.hosts, target.host, caller.namespace);
  if (!host) return trail.deny('discovery', undiscovered(question));
  const { account } = mesh.facts.mesh;
  const at = { object: host.object, account };
  if (host.waypoint !== undefined) return trail.deny('name', waypointCause(host, account));
  const [address] = host.addresses;
  if (address === undefined && !host.headless) return trail.deny('name', noAddress(host, account));
  trail.allow('name', at, `${target.host} is ${host.object}${address === undefined ? '' : `, address ${address}`}`);
  const lost = lostAccess(question);
  if (lost) trail.warn('discovery', lost);
  const port = target.port === undefined ? host.ports[0] : host.ports.find((each) => each.port === target.port);
  if (!port) return trail.deny('name', unknownPort(host, account, target.port));
  trail.leadsTo(target.host, port.port);
  return walkEndpoints(trail, question, { caller, host, port });
}

/** A session that istiod has goes on until it expires, whatever its roles allow by now. */
function lostAccess({ mesh: { facts }, target: { service } }: Question): Cause | undefined {
  const problem = service && facts.discovery && accessProblem(facts, facts.discovery, service);
  return problem && { ...problem, says: `${problem.says}: istiod goes on only until its session ends` };
}

function waypointCause({ object, waypoint, namespace }: Host, account: string): Cause {
  const says = `${object} is behind waypoint ${waypoint}: what it decides on HTTP is not explained here`;
  return { reason: 'waypoint', object, account, says, fix: [`kubectl get gateway ${waypoint} -n ${namespace}`] };
}

function noAddress({ object, namespace }: Host, account: string): Cause {
  const says = `${object} has no address: istiod has not allocated one`;
  const fix = [
    `kubectl get ${object.split(' ')[0]?.toLowerCase()} -n ${namespace} -o wide`,
    'kubectl logs deployment/istiod -n istio-system',
  ];
  return { reason: 'no-address', object, account, says, fix };
}

export function unknownPort({ object, ports }: Host, account: string, wanted: number | undefined): Cause {
  const known = ports.map(({ port }) => port).join(', ') || 'none';
  return {
    reason: 'unknown-port',
    object,
    account,
    says: `${object} has no port ${wanted ?? ''}: it has ${known}`,
    fix: [],
  };
}

/** Why the mesh does not know the name. */
export function undiscovered({ mesh: { facts, hosts }, target }: Question): Cause {
  const { service } = target;
  if (service) return publishingProblem(facts, service);
  const says = facts.mesh.installed
    ? `nobody knows the name ${target.host}: neither a Service, nor a ServiceEntry, nor an ECS service that would have it`
    : `the cluster ${facts.mesh.cluster} has no Istio that would know ${target.host}`;
  const fix = [
    `meshbed explain --to ${hosts.at(-1)?.hostname ?? 'HOST'} --from …`,
    'kubectl get services,serviceentries -A',
  ];
  const reason = facts.mesh.installed ? 'unknown-host' : 'istio-missing';
  return { reason, object: target.host, account: facts.mesh.account, says, fix };
}

/** Without the facts of discovery only what is visible: whoever asks reads them then, and asks again. */
function publishingProblem(facts: Mesh['facts'], service: NonNullable<Target['service']>): Cause {
  if (facts.discovery) return discoveryProblem(facts, facts.discovery, service);
  const unread = {
    reason: 'discovery-pending',
    object: service.arn,
    account: service.account,
    says: `istiod has not published ${service.arn}`,
    fix: [],
  } as const;
  return visibleProblem(facts, service) ?? unread;
}

interface Named {
  caller: Workload;
  host: Host;
  port: HostPort;
}

/** Any of the endpoints may be chosen: the answer is the worst of theirs. */
function walkEndpoints(trail: Trail, question: Question, named: Named): Explanation {
  const { mesh } = question;
  const all = endpointsOf(mesh, named.host, named.port);
  const usable = all.filter(({ workload }) => workload.ready);
  if (usable.length === 0) return trail.deny('endpoint', noEndpoint(question, named.host, all.length));
  const source = interfaceAt(mesh.facts.network, named.caller.ip);
  const outcomes = usable.map((endpoint) => walkEndpoint(trail.branch(), { ...question, ...named, source, endpoint }));
  const refused = outcomes.filter(({ verdict }) => verdict === 'denied');
  const [first] = refused.length > 0 ? refused : outcomes;
  return refused.length > 0 && refused.length < outcomes.length
    ? partly(first as Explanation, refused.length, outcomes.length)
    : (first as Explanation);
}

function partly(explanation: Explanation, refused: number, all: number): Explanation {
  const { cause } = explanation;
  return cause
    ? { ...explanation, cause: { ...cause, says: `${refused} of ${all} endpoints: ${cause.says}` } }
    : explanation;
}

/** No task, one that can't get ready, or one that istiod has not seen. */
function noEndpoint({ mesh: { facts }, target }: Question, host: Host, unready: number): Cause {
  const { service } = target;
  const { object, namespace } = host;
  const running = service?.tasks.filter(({ status }) => status === 'RUNNING') ?? [];
  if (service && running.length > 0) return publishingProblem(facts, service);
  const [stuck] = service?.tasks ?? [];
  if (service?.definition?.hasSidecar && stuck) return proxyProblem(facts, service, stuck);
  const role = service && roleProblem(facts, service);
  if (role && service.definition?.hasSidecar) return role;
  const says = unready > 0 ? `${object} has ${unready} endpoints, but none is ready` : `${object} has no endpoint`;
  const fix = service
    ? [`aws ecs describe-services --cluster ${service.cluster} --services ${service.name}`]
    : [`kubectl get pods -n ${namespace} -o wide`];
  return { reason: 'no-endpoint', object, account: service?.account ?? facts.mesh.account, says, fix };
}

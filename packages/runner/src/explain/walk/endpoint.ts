import type { Verdict } from '@meshbed/policy/network';
import { discoveryProblem } from '../discovery/diagnose.ts';
import type { Facts, Interface } from '../facts/types.ts';
import { isMeant, podProblem, roleProblem, serviceProblem } from '../mesh/enrolment.ts';
import type { Endpoint, Host, Workload } from '../mesh/index.ts';
import { networkCause } from '../network/causes.ts';
import { traceWay, type Way } from '../network/ways.ts';
import type { Cause, Explanation } from '../types.ts';
import { walkPolicies } from './policy.ts';
import type { Trail } from './trail.ts';
import type { Question } from './walk.ts';

export interface AtEndpoint extends Pick<Question, 'mesh' | 'target' | 'policies'> {
  caller: Workload;
  host: Host;
  /** Interface of the caller. */
  source: Interface | undefined;
  endpoint: Endpoint;
}

const hbonePort = 15_008;

export function walkEndpoint(trail: Trail, at: AtEndpoint): Explanation {
  const { caller, endpoint, host, source, mesh } = at;
  const { workload, port } = endpoint;
  const tunnelled = caller.enrolled && workload.enrolled;
  const target = { ip: workload.ip, port: tunnelled ? hbonePort : port };
  const { object, account } = workload;
  trail.allow('endpoint', { object, account }, `${host.hostname} leads to ${workload.name} at ${workload.ip}:${port}`);
  const outside = workload.enrolled ? undefined : outsideProblem(mesh.facts, workload);
  if (outside) trail.warn('tunnel', outside);
  if (!source) return trail.deny('network', sourceMissing(caller));
  const way = { from: { interface: source, ip: caller.ip }, to: target };
  const verdict = traceWay(mesh.facts, way);
  addHops(trail, verdict);
  if (verdict.kind !== 'connected') return denied(trail, at, { way, verdict, outside });
  return tunnelled ? throughTunnel(trail, at, verdict) : inPlainText(trail, at, verdict);
}

/** A workload that is to be in the mesh and is not. */
function outsideProblem(facts: Facts, workload: Workload): Cause | undefined {
  if (workload.service) return serviceProblem(facts, workload.service, 'destination') ?? unhealthy(workload);
  return workload.kind === 'pod' && isMeant(facts, workload) ? podProblem(facts, workload, 'destination') : undefined;
}

const unhealthy = ({ object, account, name, task }: Workload): Cause => ({
  reason: 'proxy-unhealthy',
  object: task?.arn ?? object,
  account,
  says: `the ztunnel of ${name} is ${task?.ztunnel ?? 'missing'}: istiod takes it for a workload outside the mesh`,
  fix: [`aws ecs describe-tasks --cluster ${task?.arn.split('/')[1] ?? ''} --tasks ${task?.id ?? ''}`],
});

const sourceMissing = ({ name, ip, account }: Workload): Cause => ({
  reason: 'source-missing',
  object: ip,
  account,
  says: `no interface of the accounts that were read has the address ${ip} of ${name}`,
  fix: ['name the account of the caller with --profile or --external-profile'],
});

/** Whoever listens is not for EC2 to say: the last hop of a trace is left out. */
export function addHops(trail: Trail, verdict: Verdict): void {
  const hops =
    verdict.kind === 'connected' ? verdict.hops.filter(({ what }) => what !== 'listener') : verdict.hops.slice(0, -1);
  for (const { object, ownerId: account, reason: says } of hops) trail.allow('network', { object, account }, says);
}

interface Failure {
  way: Way;
  verdict: Exclude<Verdict, { kind: 'connected' }>;
  outside: Cause | undefined;
}

function denied(trail: Trail, at: AtEndpoint, { way, verdict, outside }: Failure): Explanation {
  const { facts } = at.mesh;
  const cause = networkCause(facts, way, verdict);
  // Plain ports are closed for good reason: what is wrong is that the workload is not in the mesh.
  if (outside) return trail.deny('network', { ...outside, says: `${outside.says}; in plain text ${cause.says}` });
  return trail.deny('network', cause.reason === 'address-unused' ? staleCause(at, cause) : cause);
}

/** istiod's entry is of a task that is no more. */
function staleCause({ mesh: { facts }, endpoint: { workload }, target }: AtEndpoint, cause: Cause): Cause {
  const stale = {
    ...cause,
    reason: 'stale-endpoint',
    object: workload.object,
    says: `${workload.object} is of a task that is gone: ${cause.says}`,
  } as const;
  const service = workload.service ?? target.service;
  if (workload.kind === 'pod' || !service || !facts.discovery) return stale;
  const problem = discoveryProblem(facts, facts.discovery, service);
  return { ...problem, says: `${stale.says}; ${problem.says}` };
}

function throughTunnel(
  trail: Trail,
  at: AtEndpoint,
  { sourceIp }: Extract<Verdict, { kind: 'connected' }>,
): Explanation {
  const { mesh, caller, endpoint } = at;
  const { workload, port } = endpoint;
  const says = `HBONE with mutual TLS on ${workload.ip}:${hbonePort}: ${caller.identity} to ${workload.identity}`;
  trail.allow('tunnel', { object: workload.object, account: workload.account }, says);
  const role = workload.service && roleProblem(mesh.facts, workload.service);
  if (role) trail.warn('tunnel', role);
  const connection = { sourceIdentity: caller.identity, sourceIp, destinationIp: workload.ip, destinationPort: port };
  return walkPolicies(trail, { ...at, connection }) ?? trail.arrived('hbone');
}

/** The ztunnel of a node takes plain text, too; that of a task only tunnels. */
function inPlainText(trail: Trail, at: AtEndpoint, { sourceIp }: Extract<Verdict, { kind: 'connected' }>): Explanation {
  const { workload, port } = at.endpoint;
  const judged = workload.enrolled && workload.kind === 'pod';
  const why = workload.enrolled ? 'the caller is not in the mesh' : `${workload.name} is not in the mesh`;
  const policies = judged ? '' : ': no policy is asked';
  trail.allow(
    'tunnel',
    { object: workload.object, account: workload.account },
    `plain text to ${workload.ip}:${port}, since ${why}${policies}`,
  );
  const connection = { sourceIdentity: undefined, sourceIp, destinationIp: workload.ip, destinationPort: port };
  const refused = judged ? walkPolicies(trail, { ...at, connection }) : undefined;
  return refused ?? trail.arrived('plaintext');
}

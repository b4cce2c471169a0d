/** What keeps an ECS service or a pod out of the mesh. */
import { enrol } from '../commands.ts';
import type { Labels } from '../facts/objects.ts';
import type { EcsService, EcsTask, Facts } from '../facts/types.ts';
import { networkCause } from '../network/causes.ts';
import { loadBalancerInterfaces, traceWay } from '../network/ways.ts';
import type { Cause } from '../types.ts';
import { accountFor, roleAnnotations, rolesOf, sameRole } from './roles.ts';
import { tagNames, taskName, type Workload } from './workloads.ts';

type Side = 'caller' | 'destination';

/** Undefined for a service whose tasks have a healthy ztunnel and the right role. */
export function serviceProblem(facts: Facts, service: EcsService, side: Side): Cause | undefined {
  if (service.definition?.hasSidecar) return roleProblem(facts, service);
  return refusedEnrolment(facts, service) ?? notEnrolled(facts, service, side);
}

/** `istioctl ecs add-service` refuses a service account that stands for another role than the tasks have. */
function refusedEnrolment(facts: Facts, service: EcsService): Cause | undefined {
  const { definition, tags, cluster } = service;
  const namespace = tags[tagNames.namespace] ?? cluster;
  const account = tags[tagNames.serviceAccount] ?? accountFor(facts.mesh, namespace, definition?.taskRoleArn);
  const bound = rolesOf(facts.mesh, namespace, account) ?? [];
  return bound.length > 0 ? roleProblem(facts, service, { namespace, account }) : undefined;
}

function notEnrolled(facts: Facts, service: EcsService, side: Side): Cause {
  const { arn, account, cluster, name, definition } = service;
  const namespace = service.tags[tagNames.namespace] ?? cluster;
  const serviceAccount =
    service.tags[tagNames.serviceAccount] ?? accountFor(facts.mesh, namespace, definition?.taskRoleArn);
  return {
    reason: `${side}-not-enrolled`,
    object: arn,
    account,
    says: `the ECS service ${cluster}/${name} is not enrolled: its task definition ${definition?.arn ?? ''} has no ztunnel container`,
    fix: [enrol(facts, { service, namespace, serviceAccount })],
  };
}

/** istiod gives a task only identities of service accounts that are bound to the task's role. */
export function roleProblem(
  { mesh }: Facts,
  service: EcsService,
  { namespace, account }: { namespace: string; account: string } = tagged(mesh, service),
): Cause | undefined {
  const { definition, cluster, name } = service;
  const bound = rolesOf(mesh, namespace, account);
  const role = definition?.taskRoleArn ?? '';
  if (bound?.some((each) => sameRole(each, role))) return undefined;
  const names = `${namespace}/${account}`;
  return {
    reason: 'role-mismatch',
    object: `ServiceAccount ${names}`,
    account: mesh.account,
    says: `the tasks of ${cluster}/${name} have the role ${role || '(none)'}, but service account ${names} ${bindingText(bound)}: istiod gives them no certificate`,
    fix: [
      ...(bound ? [] : [`kubectl create serviceaccount ${account} -n ${namespace}`]),
      `kubectl annotate serviceaccount ${account} -n ${namespace} ${roleAnnotations[0]}=${role} --overwrite`,
    ],
  };
}

const tagged = ({ rootNamespace }: Facts['mesh'], { tags }: EcsService) => ({
  namespace: tags[tagNames.namespace] ?? rootNamespace,
  account: tags[tagNames.serviceAccount] ?? 'default',
});

function bindingText(bound: readonly string[] | undefined): string {
  if (!bound) return 'does not exist';
  return bound.length === 0 ? 'is bound to no role' : `is bound to ${bound.join(' and ')}`;
}

/** Why the ztunnel of an enrolled task is not healthy: its role, or no way to istiod. */
export function proxyProblem(facts: Facts, service: EcsService, task: EcsTask): Cause {
  const { account } = service;
  return (
    roleProblem(facts, service) ??
    wayToIstiodProblem(facts, service, task) ?? {
      reason: 'proxy-unhealthy',
      object: task.arn,
      account,
      says: `the ztunnel container of ${taskName(service, task)} is ${task.ztunnel ?? 'missing'} (task ${task.status}): it has no certificate or no configuration`,
      fix: [`aws logs tail /ecs/ecs-demo --log-stream-name-prefix ztunnel`],
    }
  );
}

/** ztunnel asks istiod through the load balancer of the east-west gateway. */
function wayToIstiodProblem(facts: Facts, { definition }: EcsService, { eniId, ip }: EcsTask): Cause | undefined {
  const { network } = facts;
  const [host = '', port = '15012'] = definition?.istiodAddress?.split(':') ?? [];
  const source = network.interfaces.get(eniId ?? '');
  if (!source || ip === undefined) return undefined;
  for (const at of loadBalancerInterfaces(network, host)) {
    const [publicIp] = at.publicIps.values();
    const way = { from: { interface: source, ip }, to: { ip: publicIp ?? at.ips[0] ?? '', port: Number(port) } };
    const verdict = traceWay(facts, way);
    if (verdict.kind !== 'connected') {
      const cause = networkCause(facts, way, verdict);
      return { ...cause, says: `its ztunnel can't reach istiod at ${host}:${port}: ${cause.says}` };
    }
  }
  return undefined;
}

const mode = 'istio.io/dataplane-mode';

/** A pod that the node agent has not enrolled. */
export function podProblem({ mesh }: Facts, { namespace, object, labels, account }: Workload, side: Side): Cause {
  const namespaceLabels: Labels =
    mesh.namespaces.find(({ metadata }) => metadata.name === namespace)?.metadata.labels ?? {};
  const reason = `${side}-not-enrolled` as const;
  if (labels[mode] !== undefined && labels[mode] !== 'ambient') {
    const name = object.split('/').at(-1) ?? '';
    const fix = [`kubectl label pod ${name} -n ${namespace} ${mode}-`];
    return { reason, object, account, says: `${object} opts out of the mesh: label ${mode}=${labels[mode]}`, fix };
  }
  if (namespaceLabels[mode] !== 'ambient') {
    const says = `namespace ${namespace} is not labelled ${mode}=ambient: the node agent leaves its pods alone`;
    const fix = [`kubectl label namespace ${namespace} ${mode}=ambient`];
    return { reason, object: `Namespace ${namespace}`, account, says, fix };
  }
  const says = `${object} is to be in the mesh, but the node agent has not enrolled it (annotation ambient.istio.io/redirection)`;
  const fix = ['kubectl get pods -n istio-system -l k8s-app=istio-cni-node -o wide'];
  return { reason, object, account, says, fix };
}

/** Whether somebody means the workload to be in the mesh, so that plain text is a mistake. */
export function isMeant({ mesh }: Facts, { namespace, labels, kind }: Workload): boolean {
  const own = mesh.namespaces.find(({ metadata }) => metadata.name === namespace)?.metadata.labels ?? {};
  return kind !== 'pod' || labels[mode] === 'ambient' || (own[mode] === 'ambient' && labels[mode] !== 'none');
}

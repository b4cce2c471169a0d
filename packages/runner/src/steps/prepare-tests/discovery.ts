import { MeshbedError, messageOf, ready, waiting, type Progress } from '@meshbed/core';
import { lastDiscoveryError } from '../../mesh/istiod-log.ts';
import { names } from '../../configuration/index.ts';
import { detailsOf, whyNot } from '../../probes/why.ts';
import {
  ztunnelConfigs,
  type ZtunnelConfig,
  type ZtunnelService,
  type ZtunnelWorkload,
} from '../../mesh/ztunnel-config.ts';
import type { KubernetesName } from '../../scenario/types.ts';
import type { StepContext } from '../types.ts';

export interface Expectation {
  namespace: string;
  /** Parts of the names of services and workloads that the proxies must know. */
  services: readonly string[];
  workloads: readonly string[];
  /** Where the workloads run, where that can be told: no proxy may know another one, which is gone by now. */
  addresses?: Readonly<Record<string, readonly string[]>>;
  /** Where one of the services is called, `host:port`. */
  host: string;
}

const timeoutMs = 180_000;

/**
 * Asks the proxies until they know every service with an address and every workload as HBONE. When they don't in time,
 * the error says what istiod complains about, and what explain finds in the way.
 */
export async function awaitDiscovery(
  step: StepContext,
  cluster: KubernetesName,
  expectations: readonly Expectation[],
): Promise<void> {
  let missing: { reason: string | undefined; host: string } | undefined;
  const condition = async (): Promise<Progress<true>> => {
    const proxies = await ztunnelConfigs(step, cluster);
    missing = proxies
      .flatMap((proxy) => expectations.map((each) => ({ reason: missingIn(each, proxy), host: each.host })))
      .find((found) => found.reason !== undefined);
    return missing?.reason === undefined ? ready(true) : waiting(await complained(step, missing.reason));
  };
  const next = 'istioctl ztunnel-config workloads; kubectl logs deploy/istiod -n istio-system';
  try {
    await step.wait({ what: cluster === 'eks' ? 'discovery' : `discovery in ${cluster}`, timeoutMs, next, condition });
  } catch (error) {
    throw missing && error instanceof MeshbedError ? await explained(step, missing.host, error) : error;
  }
}

/** The way to a service of an ECS cluster leads through its discovery. */
async function explained(step: StepContext, host: string, error: MeshbedError): Promise<MeshbedError> {
  const cause = await whyNot(step, { from: `eks/default/${names.eksShell}`, to: host });
  return cause ? new MeshbedError(error.code, error.message, { cause: error, ...detailsOf(cause) }) : error;
}

/** What the proxy does not know, in words; undefined when it knows everything. */
export function missingIn(
  { namespace, addresses = {}, ...expected }: Expectation,
  { services, workloads }: Pick<ZtunnelConfig, 'services' | 'workloads'>,
): string | undefined {
  const here = (item: { namespace: string }) => item.namespace === namespace;
  for (const part of expected.services) {
    const found = services
      .filter(here)
      .find(({ name, hostname }) => name.includes(part) || hostname.startsWith(`${part}.`));
    if (!found) return `the proxies know no service ${part} in ${namespace} yet${strayed(part, namespace, services)}`;
    if (found.vips.length === 0) return `service ${part} in ${namespace} has no address yet`;
  }
  for (const part of expected.workloads) {
    const found = workloads.filter(here).filter((workload) => isOf(part, workload));
    if (found.length === 0) return `the proxies know no workload of ${part} in ${namespace} yet`;
    if (!found.some(({ protocol }) => protocol === 'HBONE'))
      return `workload ${part} in ${namespace} is not in the mesh: TCP instead of HBONE`;
    const moved = movedFrom(addresses[part], found);
    if (moved !== undefined) return `the proxies ${moved} of ${part} in ${namespace}`;
  }
  return undefined;
}

/** Tasks come and go with each deployment, and istiod looks only now and then. */
function movedFrom(expected: readonly string[] | undefined, found: readonly ZtunnelWorkload[]): string | undefined {
  if (!expected) return undefined;
  const known = found.flatMap(({ workloadIps }) => workloadIps);
  const unknown = expected.find((ip) => !known.includes(ip));
  if (unknown !== undefined) return `don't know ${unknown} yet, a workload`;
  const gone = known.find((ip) => !expected.includes(ip));
  return gone === undefined ? undefined : `still know ${gone}, which was a workload`;
}

/** A service that nobody enrolled has no tag with a namespace: istiod puts it into its own. */
function strayed(part: string, cluster: string, services: readonly ZtunnelService[]): string {
  const elsewhere = services.find(({ hostname }) => hostname.startsWith(`${part}.${cluster}.`));
  return elsewhere ? `, but in ${elsewhere.namespace}: it is not enrolled` : '';
}

/** A pod is named after its Deployment; the entry of a task after the task, so that its service tells whose it is. */
function isOf(part: string, { name, workloadName, services = [] }: ZtunnelWorkload): boolean {
  return (
    name.includes(part) ||
    workloadName === part ||
    services.some((service) => service.split('/')[1]?.startsWith(`${part}.`))
  );
}

/** With what istiod itself says about reading ECS, if it complains. */
async function complained(step: StepContext, missing: string): Promise<string> {
  const error = await lastDiscoveryError(step).catch((failure: unknown) => messageOf(failure));
  return error === undefined ? missing : `${missing}; istiod: ${error}`;
}

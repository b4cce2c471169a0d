import { MeshbedError } from '@meshbed/core';
import { names } from '../configuration/index.ts';
import type { TestRecord } from '../events.ts';
import { serviceEntries } from '../mesh/service-entries.ts';
import { ztunnelConfigs, type ZtunnelWorkload } from '../mesh/ztunnel-config.ts';
import type { RunContext } from '../run/context.ts';
import type { DiscoveryTest, KubernetesName } from '../scenario/types.ts';

interface Found {
  /** What counts, in words. */
  found: string[];
  /** What was found instead, in words. */
  instead?: string[];
}

type Counter = (run: RunContext, namespaces: readonly string[], cluster: KubernetesName) => Promise<Found>;

/** What is counted, in the namespaces of the ECS clusters. */
const counters: Record<DiscoveryTest['counts'], Counter> = {
  async services(run, namespaces, cluster) {
    const [{ services }] = await ztunnelConfigs(run, cluster);
    const found = services.filter(({ namespace }) => namespaces.includes(namespace));
    return {
      found: found.map(({ hostname, vips }) => `${hostname} ${vips.map((vip) => vip.split('/').at(-1)).join(',')}`),
    };
  },
  async 'hbone-workloads'(run, namespaces, cluster) {
    const [{ workloads }] = await ztunnelConfigs(run, cluster);
    return hboneAmong(workloads, namespaces);
  },
  async 'service-entries'(run, namespaces) {
    const entries = await Promise.all(namespaces.map((namespace) => serviceEntries(run, namespace)));
    return { found: entries.flat().map(({ name, hosts }) => `${name} ${hosts.join(',')}`) };
  },
};

/** A task that is not enrolled is known by its service's host, in whatever namespace. */
export function hboneAmong(workloads: readonly ZtunnelWorkload[], namespaces: readonly string[]): Found {
  const inMesh = (workload: ZtunnelWorkload) =>
    namespaces.includes(workload.namespace) && workload.protocol === 'HBONE';
  const ofCluster = ({ namespace, services = [] }: ZtunnelWorkload) =>
    namespaces.some((name) => name === namespace || services.some((service) => service.includes(`.${name}.`)));
  return {
    found: workloads.filter(inMesh).map(({ name, workloadIps }) => `${name} ${workloadIps.join(',')}`),
    instead: workloads
      .filter((workload) => ofCluster(workload) && !inMesh(workload))
      .map(
        ({ name, namespace, protocol }) =>
          `${name} in ${namespace} is ${protocol} instead of HBONE: ${namespaces.includes(namespace) ? 'it has no healthy ztunnel' : 'it is not enrolled'}`,
      ),
  };
}

/** Passes when at least so many are found in the namespaces of all ECS clusters. */
export async function discovery(
  run: RunContext,
  { counts, atLeast, name, seenFrom = 'eks' }: DiscoveryTest,
): Promise<TestRecord> {
  const namespaces = run.scenario.ecsClusters.map(({ number }) =>
    names.ecsCluster(run.configuration.clusterName, number),
  );
  const { found, instead = [] } = await counters[counts](run, namespaces, seenFrom);
  if (found.length >= atLeast) return { found };
  throw new MeshbedError('cloud/discovery', `${name}: found ${found.length}, expected at least ${atLeast}`, {
    object: namespaces.join(', '),
    likely:
      [...(found.length > 0 ? [`only: ${found.join('; ')}`] : []), ...instead].join('; ') ||
      'istiod discovered nothing',
    next: 'istioctl ztunnel-config services; kubectl logs deploy/istiod -n istio-system',
  });
}

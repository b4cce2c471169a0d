import { MeshbedError } from '@meshbed/core';
import { names } from '../configuration.ts';
import type { TestRecord } from '../events.ts';
import { serviceEntries } from '../mesh/service-entries.ts';
import { ztunnelConfig } from '../mesh/ztunnel-config.ts';
import type { RunContext } from '../run/context.ts';
import type { DiscoveryTest } from '../scenario/types.ts';

/** What is counted, in the namespace of one ECS cluster, in words. */
const counters: Record<DiscoveryTest['counts'], (run: RunContext, namespace: string) => Promise<string[]>> = {
  async services(run, namespace) {
    const services = await ztunnelConfig(run, 'services', namespace);
    return services.map(({ hostname, vips }) => `${hostname} ${vips.map((vip) => vip.split('/').at(-1)).join(',')}`);
  },
  async 'hbone-workloads'(run, namespace) {
    const workloads = await ztunnelConfig(run, 'workloads', namespace);
    const inMesh = workloads.filter(({ protocol }) => protocol === 'HBONE');
    return inMesh.map(({ name, workloadIps }) => `${name} ${workloadIps.join(',')}`);
  },
  async 'service-entries'(run, namespace) {
    return (await serviceEntries(run, namespace)).map(({ name, hosts }) => `${name} ${hosts.join(',')}`);
  },
};

/** Passes when at least so many are found in the namespaces of all ECS clusters. */
export async function discovery(run: RunContext, { counts, atLeast, name }: DiscoveryTest): Promise<TestRecord> {
  const namespaces = run.scenario.ecsClusters.map(({ number }) =>
    names.ecsCluster(run.configuration.clusterName, number),
  );
  const found = (await Promise.all(namespaces.map((namespace) => counters[counts](run, namespace)))).flat();
  if (found.length >= atLeast) return { found };
  throw new MeshbedError('cloud/discovery', `${name}: found ${found.length}, expected at least ${atLeast}`, {
    object: namespaces.join(', '),
    ...(found.length > 0 ? { likely: `only: ${found.join('; ')}` } : { likely: 'istiod discovered nothing' }),
    next: 'istioctl ztunnel-config services; kubectl logs deploy/istiod -n istio-system',
  });
}

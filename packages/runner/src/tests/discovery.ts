import { MeshbedError } from '@meshbed/core';
import { names } from '../configuration.ts';
import type { TestRecord } from '../events.ts';
import { serviceEntries } from '../mesh/service-entries.ts';
import { ztunnelConfig } from '../mesh/ztunnel-config.ts';
import type { RunContext } from '../run/context.ts';
import type { DiscoveryTest } from '../scenario/types.ts';

/** What is counted, in the namespaces of the ECS clusters, in words. */
const counters: Record<DiscoveryTest['counts'], (run: RunContext, namespaces: readonly string[]) => Promise<string[]>> =
  {
    async services(run, namespaces) {
      const services = await ztunnelConfig(run, 'services');
      const found = services.filter(({ namespace }) => namespaces.includes(namespace));
      return found.map(({ hostname, vips }) => `${hostname} ${vips.map((vip) => vip.split('/').at(-1)).join(',')}`);
    },
    async 'hbone-workloads'(run, namespaces) {
      const workloads = await ztunnelConfig(run, 'workloads');
      const found = workloads.filter(
        ({ namespace, protocol }) => namespaces.includes(namespace) && protocol === 'HBONE',
      );
      return found.map(({ name, workloadIps }) => `${name} ${workloadIps.join(',')}`);
    },
    async 'service-entries'(run, namespaces) {
      const entries = await Promise.all(namespaces.map((namespace) => serviceEntries(run, namespace)));
      return entries.flat().map(({ name, hosts }) => `${name} ${hosts.join(',')}`);
    },
  };

/** Passes when at least so many are found in the namespaces of all ECS clusters. */
export async function discovery(run: RunContext, { counts, atLeast, name }: DiscoveryTest): Promise<TestRecord> {
  const namespaces = run.scenario.ecsClusters.map(({ number }) =>
    names.ecsCluster(run.configuration.clusterName, number),
  );
  const found = await counters[counts](run, namespaces);
  if (found.length >= atLeast) return { found };
  throw new MeshbedError('cloud/discovery', `${name}: found ${found.length}, expected at least ${atLeast}`, {
    object: namespaces.join(', '),
    ...(found.length > 0 ? { likely: `only: ${found.join('; ')}` } : { likely: 'istiod discovered nothing' }),
    next: 'istioctl ztunnel-config services; kubectl logs deploy/istiod -n istio-system',
  });
}

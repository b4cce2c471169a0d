import { ready, until, waiting } from '@meshbed/core';
import type { Crossing } from '../events.ts';
import { parseAccessLine } from '../mesh/access-log.ts';
import { ztunnelConfigs } from '../mesh/ztunnel-config.ts';
import type { RunContext } from '../run/context.ts';
import { membershipOf } from '../scenario/kubernetes.ts';
import type { KubernetesName } from '../scenario/types.ts';
import { patienceOf } from '../target.ts';
import { addedLines } from './kubernetes.ts';
import type { Caller, Destination, GatewayWatch } from './workload.ts';

const gateway = { namespace: 'istio-eastwest', labels: 'gateway.networking.k8s.io/gateway-name=istio-eastwest' };

/** The same destination, called from another network: by another address, and through the gateway of its own. */
export function acrossNetworks(
  run: RunContext,
  destination: Destination,
  { here, there }: { here: KubernetesName; there: KubernetesName },
): Destination {
  return {
    ...destination,
    async address() {
      const [{ services }] = await ztunnelConfigs(run, here);
      return services
        .find(({ hostname }) => hostname === destination.host)
        ?.vips[0]?.split('/')
        .at(-1);
    },
    gateway: () => watchGateway(run, there),
  };
}

async function watchGateway(run: RunContext, cluster: KubernetesName): Promise<GatewayWatch> {
  const kube = await run.kube(cluster);
  const pods = await kube.list('v1', 'Pod', gateway);
  const names = pods.map(({ metadata }) => metadata.name);
  const logs = await Promise.all(
    names.map(async (pod) => {
      const read = async () => (await kube.logs({ namespace: gateway.namespace, pod, lines: 2000 })).split('\n');
      return { pod, added: await addedLines(read) };
    }),
  );
  const { network } = membershipOf(run.scenario, run.configuration, cluster);
  return {
    network,
    added: async () => {
      const lines = logs.map(async ({ pod, added }) => (await added()).map((line) => ({ pod, line })));
      return (await Promise.all(lines)).flat();
    },
  };
}

const logTimeoutMs = 60_000;

/** What the gateway recorded of the caller's outer tunnel to the destination. @throws MeshbedError `cloud/timeout` */
export function crossed(
  run: RunContext,
  watch: GatewayWatch,
  { caller, destination: { host, port } }: { caller: Caller; destination: Destination },
): Promise<Crossing> {
  return until(
    async () => {
      for (const { pod, line } of await watch.added()) {
        const record = parseAccessLine(line);
        if (record?.sourceIdentity !== caller.identity || record.hboneAddress !== `${host}:${port}`) continue;
        if (record.error !== undefined || record.destinationIdentity === undefined) continue;
        const { sourceIdentity, destinationIdentity, destinationAddress = '' } = record;
        const gatewayPod = `${gateway.namespace}/${pod}`;
        const network = watch.network;
        return ready({
          network,
          gateway: gatewayPod,
          sourceIdentity,
          destinationIdentity,
          leadsTo: destinationAddress,
        });
      }
      return waiting('it answered, but the east-west gateway recorded no tunnel of the caller');
    },
    {
      clock: run.clock,
      signal: run.signal,
      what: `record of the gateway about ${caller.name}`,
      timeoutMs: logTimeoutMs * patienceOf(run),
      next: `kubectl logs -n ${gateway.namespace} -l ${gateway.labels}`,
    },
  );
}

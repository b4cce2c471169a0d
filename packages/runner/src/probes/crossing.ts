import { ready, until, waiting } from '@meshbed/core';
import type { Crossing } from '../events.ts';
import { parseAccessLine, type AccessRecord } from '../mesh/access-log.ts';
import { ztunnelConfigs } from '../mesh/ztunnel-config.ts';
import type { RunContext } from '../run/context.ts';
import { membershipOf } from '../scenario/kubernetes.ts';
import type { KubernetesName } from '../scenario/types.ts';
import { patienceOf } from '../target.ts';
import { addedLines } from './kubernetes.ts';
import type { Caller, Destination, GatewayWatch } from './workload.ts';

const namespace = 'istio-eastwest';
const labels = 'gateway.networking.k8s.io/gateway-name=istio-eastwest';
const gateway = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { namespace, name: 'istio-eastwest' },
};
const hbonePort = 15_008;

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
    async gateways() {
      const [into, own] = await Promise.all([watchGateway(run, there), watchGateway(run, here)]);
      return { into, own };
    },
  };
}

interface GatewayStatus {
  addresses?: { value: string }[];
}

async function watchGateway(run: RunContext, cluster: KubernetesName): Promise<GatewayWatch> {
  const kube = await run.kube(cluster);
  const [found, pods] = await Promise.all([kube.get(gateway), kube.list('v1', 'Pod', { namespace, labels })]);
  const names = pods.map(({ metadata }) => metadata.name);
  const logs = await Promise.all(
    names.map(async (pod) => {
      const read = async () => (await kube.logs({ namespace, pod, lines: 2000 })).split('\n');
      return { pod, added: await addedLines(read) };
    }),
  );
  const [address] = ((found?.['status'] ?? {}) as GatewayStatus).addresses ?? [];
  return {
    network: membershipOf(run.scenario, run.configuration, cluster).network,
    address: `${address?.value ?? 'no address'}:${hbonePort}`,
    added: async () => {
      const lines = logs.map(async ({ pod, added }) => (await added()).map((line) => ({ pod, line })));
      return (await Promise.all(lines)).flat();
    },
  };
}

interface Pair {
  caller: Caller;
  destination: Destination;
}

/** Outer tunnels of the caller to the destination that a gateway recorded. */
async function tunnelsIn(
  watch: GatewayWatch,
  { caller, destination: { host, port } }: Pair,
): Promise<(AccessRecord & { pod: string })[]> {
  const records = (await watch.added()).flatMap(({ pod, line }) => {
    const record = parseAccessLine(line);
    return record ? { ...record, pod } : [];
  });
  return records.filter(
    ({ sourceIdentity, hboneAddress }) => sourceIdentity === caller.identity && hboneAddress === `${host}:${port}`,
  );
}

const logTimeoutMs = 60_000;

/** What the gateways recorded of the caller's outer tunnel to the destination. @throws MeshbedError `cloud/timeout` */
export function crossed(
  run: RunContext,
  { into, own }: { into: GatewayWatch; own: GatewayWatch },
  pair: Pair,
): Promise<Crossing> {
  return until(
    async () => {
      const found = (await tunnelsIn(into, pair)).find(
        ({ error, destinationIdentity }) => error === undefined && destinationIdentity !== undefined,
      );
      if (!found) return waiting('it answered, but the east-west gateway recorded no tunnel of the caller');
      return ready({
        network: into.network,
        gateway: `${namespace}/${found.pod}`,
        address: into.address,
        sourceIdentity: pair.caller.identity,
        destinationIdentity: found.destinationIdentity ?? '',
        leadsTo: found.destinationAddress ?? '',
        own: { network: own.network, address: own.address, recorded: (await tunnelsIn(own, pair)).length > 0 },
      });
    },
    {
      clock: run.clock,
      signal: run.signal,
      what: `record of the gateway about ${pair.caller.name}`,
      timeoutMs: logTimeoutMs * patienceOf(run),
      next: `kubectl logs -n ${namespace} -l ${labels}`,
    },
  );
}

import { MeshbedError, ready, until, waiting } from '@meshbed/core';
import { type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';
import { parseDuration } from '../duration.ts';
import { type CommandInput, text } from './context.ts';
import { requireGatewayApi } from './gateway-classes.ts';

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

interface Gateway extends KubeObject {
  status?: { conditions?: Condition[]; addresses?: { type?: string; value: string }[] };
}

const name = 'istio-eastwest';
const usualTimeout = '10m';

/** `istioctl multicluster expose`: the east-west gateway; HBONE and xDS pass it still encrypted. */
export async function expose({ flags, context, kube }: CommandInput): Promise<void> {
  const namespace = text(flags['namespace']) ?? 'istio-eastwest';
  const api = await kube();
  const network = await networkOf(api);
  await requireGatewayApi(api);
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'istioctl');
  await api.apply(gateway(namespace, network), 'istioctl');
  context.write(`✅ gateway ${namespace}/${name} applied\n`);
  const timeoutMs = parseDuration('--wait-timeout', text(flags['wait-timeout']) ?? usualTimeout);
  if (flags['wait']) await programmed(api, { namespace, timeoutMs }, context);
}

async function networkOf(kube: KubeApi): Promise<string | undefined> {
  const system = await kube.get(resources.namespaces, 'istio-system');
  if (!system)
    throw new MeshbedError('user/not-installed', 'there is no namespace istio-system', {
      next: 'istioctl install -f -',
    });
  return system.metadata.labels?.['topology.istio.io/network'];
}

function gateway(namespace: string, network: string | undefined): KubeObject {
  const listener = (listenerName: string, port: number) => ({
    name: listenerName,
    port,
    protocol: 'TLS',
    tls: { mode: 'Passthrough' },
    allowedRoutes: { namespaces: { from: 'Same' } },
  });
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: {
      name,
      namespace,
      labels: {
        'istio.io/expose-istiod': '15012',
        ...(network === undefined ? {} : { 'topology.istio.io/network': network }),
      },
    },
    spec: {
      gatewayClassName: 'istio-eastwest',
      listeners: [listener('cross-network', 15_008), listener('xds-tls', 15_012)],
    },
  } as KubeObject;
}

async function programmed(
  kube: KubeApi,
  { namespace, timeoutMs }: { namespace: string; timeoutMs: number },
  context: CommandInput['context'],
): Promise<void> {
  const what = `gateway ${namespace}/${name}`;
  const address = await until(
    async () => {
      const { conditions = [], addresses = [] } =
        (await kube.get<Gateway>(resources.gateways, name, namespace))?.status ?? {};
      const condition = conditions.find(({ type }) => type === 'Programmed');
      const [found] = addresses;
      return condition?.status === 'True' && found
        ? ready(found.value)
        : waiting(condition?.message ?? 'istiod has not looked at it yet');
    },
    {
      clock: context.clock,
      what,
      timeoutMs,
      next: `kubectl -n ${namespace} describe gateway ${name}`,
      onWaiting: (reason) => context.write(`  waiting: ${reason}\n`),
    },
  );
  context.write(`✅ ${what} is programmed: ${address}\n`);
}

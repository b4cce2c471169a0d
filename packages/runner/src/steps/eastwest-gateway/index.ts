import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { MeshbedError, ready, waiting, type Progress } from '@meshbed/core';
import { ensureObject } from '../../kubernetes/objects.ts';
import type { KubernetesName } from '../../scenario/types.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';

const namespace = 'istio-eastwest';

export const eastwestGateway: Step = declared((step) => ensureGateway(step, 'eks'));

/** The gateway through which ztunnels outside the cluster reach istiod (15012) and its pods (15008). */
export async function ensureGateway(step: StepContext, cluster: KubernetesName): Promise<void> {
  const kube = await step.kube(cluster);
  await ensureObject(step, kube, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await step.ensure<Manifest>({
    kind: 'Gateway',
    name: namespace,
    find: () => findGateway(kube),
    create: () => expose(step, kube, cluster),
  });
  await awaitProgrammed(step, kube);
}

async function findGateway(kube: KubeClient): Promise<Manifest | undefined> {
  const gateways = await kube.list('gateway.networking.k8s.io/v1', 'Gateway', { namespace });
  return gateways.find(({ spec }) => (spec as { gatewayClassName?: string }).gatewayClassName === 'istio-eastwest');
}

/**
 * istioctl waits too, but only for so long and without saying for what. When the gateway exists its failure is no
 * reason to stop: what counts is asked from the gateway itself.
 */
async function expose(step: StepContext, kube: KubeClient, cluster: KubernetesName): Promise<Manifest> {
  const istioctl = await step.istioctl(cluster);
  const command = ['multicluster', 'expose', '--namespace', namespace, '--wait'];
  const failure = await istioctl.run(command, { onLine: step.report }).then(
    () =>
      new MeshbedError('cloud/no-gateway', 'istioctl multicluster expose created no gateway', { object: namespace }),
    (error: Error) => error,
  );
  const gateway = await findGateway(kube);
  if (gateway) return gateway;
  throw failure;
}

async function awaitProgrammed(step: StepContext, kube: KubeClient): Promise<void> {
  await step.wait({
    what: 'east-west gateway',
    timeoutMs: 10 * 60_000,
    next: `kubectl describe gateway,service -n ${namespace}`,
    condition: async () => addressed(await kube.list('v1', 'Service', { namespace }), await findGateway(kube)),
  });
}

/** What the gateway's load balancer is called; undefined without one. */
export async function gatewayAddress(kube: KubeClient): Promise<string | undefined> {
  return addressOf(balancedAmong(await kube.list('v1', 'Service', { namespace })));
}

const balancedAmong = (services: readonly Manifest[]) =>
  services.find((service) => (service as ServiceParts).spec?.type === 'LoadBalancer');

function addressOf(service: Manifest | undefined): string | undefined {
  const [ingress] = (service as ServiceParts | undefined)?.status?.loadBalancer?.ingress ?? [];
  return ingress?.hostname ?? ingress?.ip;
}

interface ServiceParts {
  spec?: { type?: string };
  status?: { loadBalancer?: { ingress?: { hostname?: string; ip?: string }[] } };
}

interface GatewayStatus {
  conditions?: { type: string; status: string; reason?: string; message?: string }[];
}

/** Says what is missing: the load balancer, its address, or what the gateway's own conditions complain about. */
export function addressed(services: readonly Manifest[], gateway: Manifest | undefined): Progress<string> {
  const balanced = balancedAmong(services);
  if (!balanced) return waiting('no Service of type LoadBalancer for the gateway yet');
  const address = addressOf(balanced);
  if (address === undefined)
    return waiting(`the load balancer of Service ${balanced.metadata.name} has no address yet`);
  const { conditions = [] } = (gateway?.['status'] ?? {}) as GatewayStatus;
  const programmed = conditions.find(({ type }) => type === 'Programmed');
  if (programmed?.status === 'True') return ready(address);
  return waiting(`the gateway is not programmed: ${programmed?.message ?? programmed?.reason ?? 'no status yet'}`);
}

import { DescribeTaskDefinitionCommand, TagResourceCommand, type Service } from '@aws-sdk/client-ecs';
import { names } from '../../configuration/index.ts';
import { bootstrapFacts, staleBootstrap, type BootstrapFacts } from '../../mesh/bootstrap-token.ts';
import { globalLabels, isMulticluster } from '../../scenario/kubernetes.ts';
import type { EcsClusterFacts } from '../../scenario/types.ts';
import { declared } from '../declared.ts';
import { gatewayAddress } from '../eastwest-gateway/index.ts';
import { describeService } from '../ecs-clusters/service.ts';
import { awaitStable } from '../ecs-clusters/stable.ts';
import { workloads } from '../ecs-clusters/workloads.ts';
import type { Step, StepContext } from '../types.ts';
import { ensureMeshPorts } from './mesh-ports.ts';

/** Gives every ECS service its ztunnel, and opens the ports that it needs. */
export const addToMesh: Step = declared(async (step) => {
  await ensureMeshPorts(step);
  await Promise.all(step.scenario.ecsClusters.map((cluster) => ensureClusterEnrolled(step, cluster)));
});

async function ensureClusterEnrolled(step: StepContext, cluster: EcsClusterFacts): Promise<void> {
  const services = Object.values(workloads).map(({ service }) => service);
  // One after the other: istioctl may write the service account of the cluster's namespace each time.
  for (const service of services) {
    await ensureEnrolled(step, { cluster, service });
    if (isMulticluster(step.scenario)) await ensureGlobal(step, { cluster, service });
  }
  const { ecs } = step.accountOf(cluster);
  const name = nameOf(step, cluster);
  await Promise.all(services.map((service) => awaitStable(step, ecs, { cluster: name, service })));
}

const nameOf = (step: StepContext, { number }: EcsClusterFacts) =>
  names.ecsCluster(step.configuration.clusterName, number);

interface Enrolment {
  cluster: EcsClusterFacts;
  service: string;
}

async function ensureEnrolled(step: StepContext, enrolment: Enrolment): Promise<void> {
  const { cluster, service } = enrolment;
  const key = { cluster: nameOf(step, cluster), service };
  const { ecs } = step.accountOf(cluster);
  const enrol = async () => {
    const istioctl = await step.istioctl();
    await istioctl.run(['ecs', 'add-service', service, ...flags(step, cluster)], { onLine: step.report });
    return (await describeService(ecs, key)) as Service;
  };
  await step.ensure<Service & { stale?: string | undefined }>({
    kind: 'mesh enrolment',
    name: `${key.cluster}/${service}`,
    async find() {
      const found = await describeService(ecs, key);
      const { taskDefinition } = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: found?.taskDefinition }),
      );
      if (!found || !taskDefinition?.containerDefinitions?.some(({ name }) => name === 'ztunnel')) return undefined;
      return { ...found, stale: staleBootstrap(bootstrapFacts(taskDefinition), await istiodNow(step, key.cluster)) };
    },
    differs: ({ tags = [], stale }) =>
      tags.some(({ key: tag, value }) => tag === 'ecs.solo.io/namespace' && value === key.cluster)
        ? stale
        : `it is not tagged with the namespace ${key.cluster}`,
    create: enrol,
    update: enrol,
  });
}

const xdsPort = 15_012;

/** Where tasks find istiod, and the root that it signs with: both are new when the gateway or Istio was made again. */
async function istiodNow(step: StepContext, namespace: string): Promise<BootstrapFacts> {
  const kube = await step.kube();
  const [address, roots] = await Promise.all([
    gatewayAddress(kube),
    kube.get({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'istio-ca-root-cert' } }),
  ]);
  const rootCertificate = (roots?.['data'] as Record<string, string> | undefined)?.['root-cert.pem'];
  return {
    ...(address === undefined ? {} : { istiodAddress: `${address}:${xdsPort}` }),
    ...(rootCertificate === undefined ? {} : { rootCertificate }),
  };
}

/** istiod gives the tag to the service's objects as a label, by which the other clusters know it. */
async function ensureGlobal(step: StepContext, { cluster, service }: Enrolment): Promise<void> {
  const { ecs } = step.accountOf(cluster);
  const key = { cluster: nameOf(step, cluster), service };
  const [label = '', value = ''] = Object.entries(globalLabels).at(-1) ?? [];
  const tag = async () => {
    const found = (await describeService(ecs, key)) as Service;
    await ecs.send(new TagResourceCommand({ resourceArn: found.serviceArn, tags: [{ key: label, value }] }));
    return found;
  };
  await step.ensure<Service>({
    kind: 'mesh scope',
    name: `${key.cluster}/${service}`,
    find: () => describeService(ecs, key),
    differs: ({ tags = [] }) =>
      tags.some((found) => found.key === label && found.value === value) ? undefined : 'it is known in EKS only',
    create: tag,
    update: tag,
  });
}

function flags(step: StepContext, cluster: EcsClusterFacts): string[] {
  const account = step.target.accounts[cluster.account] ?? step.target.accounts.local;
  const name = nameOf(step, cluster);
  const place = ['--cluster', name, '--namespace', name, '--service-account', cluster.serviceAccount];
  return [...place, '--external', '--profile', account.profile];
}

import { TagResourceCommand, type Service } from '@aws-sdk/client-ecs';
import { globalLabels, isMulticluster } from '../../scenario/kubernetes.ts';
import type { Bootstrap } from '../../mesh/bootstrap.ts';
import { rootHandedOut } from '../../mesh/root-certificate.ts';
import type { EcsClusterFacts } from '../../scenario/types.ts';
import { declared } from '../declared.ts';
import { gatewayAddress } from '../eastwest-gateway/index.ts';
import { describeService } from '../ecs-clusters/service.ts';
import { awaitStable } from '../ecs-clusters/stable.ts';
import { workloads } from '../ecs-clusters/workloads.ts';
import type { Step, StepContext } from '../types.ts';
import { ensureEnrolled, nameOf, type Enrolment } from './enrolment.ts';
import { ensureMeshPorts } from './mesh-ports.ts';

/** Gives every ECS service its ztunnel, and opens the ports that it needs. */
export const addToMesh: Step = declared(async (step) => {
  await ensureMeshPorts(step);
  await Promise.all(step.scenario.ecsClusters.map((cluster) => ensureClusterEnrolled(step, cluster)));
});

async function ensureClusterEnrolled(step: StepContext, cluster: EcsClusterFacts): Promise<void> {
  const services = Object.values(workloads).map(({ service }) => service);
  const istiod = await istiodNow(step);
  // One after the other: istioctl may write the service account of the cluster's namespace each time.
  for (const service of services) {
    await ensureEnrolled(step, { cluster, service, istiod });
    if (isMulticluster(step.scenario)) await ensureGlobal(step, { cluster, service });
  }
  const { ecs } = step.accountOf(cluster);
  const name = nameOf(step, cluster);
  await Promise.all(services.map((service) => awaitStable(step, ecs, { cluster: name, service })));
}

const xdsPort = 15_012;

async function istiodNow(step: StepContext): Promise<Bootstrap> {
  const kube = await step.kube();
  const [address, rootCertificate] = await Promise.all([gatewayAddress(kube), rootHandedOut(kube)]);
  return {
    ...(address === undefined ? {} : { istiodAddress: `${address}:${xdsPort}` }),
    ...(rootCertificate === undefined ? {} : { rootCertificate }),
  };
}

/** istiod gives the tag to the service's objects as a label, by which the other clusters know it. */
async function ensureGlobal(step: StepContext, { cluster, service }: Omit<Enrolment, 'istiod'>): Promise<void> {
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

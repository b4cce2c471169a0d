import { interfaceOf, tasksOf } from '../../aws/tasks.ts';
import { names } from '../../configuration/index.ts';
import { awaitRollout, ensureFields, ensureObject } from '../../kubernetes/objects.ts';
import { isMulticluster } from '../../scenario/kubernetes.ts';
import type { EcsClusterFacts } from '../../scenario/types.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';
import { awaitDiscovery, type Expectation } from './discovery.ts';
import { testWorkloads } from './workloads.ts';

/** The shell and the echo in EKS, and every workload known to the proxies as part of the mesh. */
export const prepareTests: Step = declared(async (step) => {
  const kube = await step.kube();
  const labels = { 'istio.io/dataplane-mode': 'ambient' };
  await ensureFields(step, kube, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', labels } });
  const manifests = testWorkloads(step.configuration, isMulticluster(step.scenario));
  for (const manifest of manifests) await ensureObject(step, kube, manifest);
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
  await Promise.all(deployments.map((manifest) => awaitRollout(step, kube, manifest)));
  await Promise.all(awaited(step).map((need) => step.after(need)));
  const inEks = {
    namespace: 'default',
    services: [names.eksEcho],
    workloads: [names.eksEcho, names.eksShell],
    host: `${names.eksEcho}.default.svc.cluster.local:8080`,
  };
  const inEcs = step.scenario.ecsClusters.map((cluster) => ecsExpectation(step.configuration.clusterName, cluster));
  const running = await Promise.all(
    step.scenario.ecsClusters.map(async (cluster, at) => ({
      ...(inEcs[at] as Expectation),
      addresses: await taskAddresses(step, cluster),
    })),
  );
  await awaitDiscovery(step, 'eks', [inEks, ...running, ...(isMulticluster(step.scenario) ? [echoInAks] : [])]);
  if (isMulticluster(step.scenario)) await awaitDiscovery(step, 'aks', [echoInAks, ...inEcs]);
});

const awaited = ({ scenario }: StepContext): readonly string[] =>
  scenario.steps.find(({ id }) => id === 'prepare_tests')?.awaits ?? [];

const echoInAks: Expectation = {
  namespace: names.namespaces.aks,
  services: [names.aksEcho],
  workloads: [names.aksEcho],
  host: `${names.aksEcho}.${names.namespaces.aks}.svc.cluster.local:8080`,
};

const ecsServices = [names.echoService, names.shellService];

/** The addresses of the tasks that run now, by service. */
async function taskAddresses(step: StepContext, cluster: EcsClusterFacts): Promise<Record<string, string[]>> {
  const { ecs } = step.accountOf(cluster);
  const name = names.ecsCluster(step.configuration.clusterName, cluster.number);
  const found = ecsServices.map(async (service) => {
    const tasks = await tasksOf(ecs, { cluster: name, service }, 'RUNNING');
    return [service, tasks.flatMap((task) => interfaceOf(task).ip ?? [])] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

function ecsExpectation(clusterName: string, { number, domain }: EcsClusterFacts): Expectation {
  const namespace = names.ecsCluster(clusterName, number);
  return {
    namespace,
    services: ecsServices,
    workloads: ecsServices,
    host: `${names.echoService}.${namespace}.${domain}:8080`,
  };
}

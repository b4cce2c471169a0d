import { names } from '../../configuration/index.ts';
import { ensureObject } from '../../kubernetes/objects.ts';
import { declared } from '../declared.ts';
import { taskRoleArn } from '../infrastructure-iam/task-role.ts';
import type { Step } from '../types.ts';

/** A namespace per ECS cluster, with the service account that stands for the role of its tasks. */
export const k8sNamespaces: Step = declared(async (step) => {
  const kube = await step.kube();
  await Promise.all(
    step.scenario.ecsClusters.map(async (cluster) => {
      const namespace = names.ecsCluster(step.configuration.clusterName, cluster.number);
      const labels = { 'istio.io/dataplane-mode': 'ambient' };
      await ensureObject(step, kube, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
      const annotations = { 'ecs.solo.io/role-arn': taskRoleArn(step.accountOf(cluster).access.id) };
      const metadata = { namespace, name: cluster.serviceAccount, annotations };
      await ensureObject(step, kube, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    }),
  );
});

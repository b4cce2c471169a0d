import { emptyEcsCluster, findEcsCluster } from '@meshbed/aws-server';
import { MeshbedError } from '@meshbed/core';
import type { Sandbox } from '../sandbox.ts';
import { resetKubernetes } from '../cluster/reset.ts';

/** Makes everything, or one account, subscription or cluster as new. @throws MeshbedError `user/reset` */
export async function resetSandbox(sandbox: Sandbox, body: unknown): Promise<{ reset: string[] }> {
  const { account, cluster, subscription } = (body ?? {}) as Record<string, string | undefined>;
  if ([account, cluster, subscription].filter((each) => each !== undefined).length > 1)
    throw new MeshbedError('user/reset', 'reset one account, one subscription or one cluster, not several');
  if (subscription !== undefined) return { reset: [await resetSubscription(sandbox, subscription)] };
  if (cluster !== undefined) return { reset: [await resetCluster(sandbox, cluster)] };
  const { accounts } = sandbox;
  const chosen = Object.values(accounts).filter((each) =>
    account === undefined ? true : [each.accountId, each.profile].includes(account),
  );
  if (chosen.length === 0) {
    const known = Object.values(accounts).map(({ accountId }) => accountId);
    throw new MeshbedError('user/reset', `there is no account ${account}`, {
      next: `choose one of: ${known.join(', ')}`,
    });
  }
  if (account === undefined) sandbox.faults.clear();
  for (const each of chosen) await sandbox.resetAccount(each);
  const subscriptions = account === undefined ? subscriptionsOf(sandbox) : [];
  for (const each of subscriptions) await sandbox.azure.reset(each);
  return {
    reset: [
      ...chosen.map(({ accountId }) => `account ${accountId}`),
      ...subscriptions.map((each) => `subscription ${each}`),
    ],
  };
}

const subscriptionsOf = ({ principals: { home, other } }: Sandbox): string[] =>
  [home, other].map(({ subscription }) => subscription);

async function resetSubscription(sandbox: Sandbox, wanted: string): Promise<string> {
  const known = subscriptionsOf(sandbox);
  const subscription = known.find((each) => each.toLowerCase() === wanted.toLowerCase());
  if (subscription === undefined)
    throw new MeshbedError('user/reset', `there is no subscription ${wanted}`, {
      next: `choose one of: ${known.join(', ')}`,
    });
  await sandbox.azure.reset(subscription);
  return `subscription ${subscription}`;
}

async function resetCluster({ aws, kube }: Sandbox, name: string): Promise<string> {
  const kubernetes = kube.clusters.get(name);
  if (kubernetes) {
    await resetKubernetes(kubernetes);
    return `cluster ${name}`;
  }
  const ecs = findEcsCluster(aws.world, name);
  if (!ecs)
    throw new MeshbedError('user/reset', `there is no EKS, AKS or ECS cluster ${name}`, {
      next: 'aws eks list-clusters',
    });
  await emptyEcsCluster(aws.world, ecs);
  return `ECS cluster ${name}`;
}

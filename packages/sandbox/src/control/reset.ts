import { emptyEcsCluster, findEcsCluster } from '@meshbed/aws-server';
import { MeshbedError } from '@meshbed/core';
import type { Sandbox } from '../sandbox.ts';
import { resetKubernetes } from '../cluster/reset.ts';

/** Makes everything, one account or one cluster as new. @throws MeshbedError `user/reset` */
export async function resetSandbox(sandbox: Sandbox, body: unknown): Promise<{ reset: string[] }> {
  const { account, cluster } = (body ?? {}) as { account?: string; cluster?: string };
  if (account !== undefined && cluster !== undefined)
    throw new MeshbedError('user/reset', 'reset one account or one cluster, not both');
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
  return { reset: chosen.map(({ accountId }) => `account ${accountId}`) };
}

async function resetCluster({ aws, kube }: Sandbox, name: string): Promise<string> {
  const kubernetes = kube.clusters.get(name);
  if (kubernetes) {
    await resetKubernetes(kubernetes);
    return `cluster ${name}`;
  }
  const ecs = findEcsCluster(aws.world, name);
  if (!ecs)
    throw new MeshbedError('user/reset', `there is no EKS or ECS cluster ${name}`, { next: 'aws eks list-clusters' });
  await emptyEcsCluster(aws.world, ecs);
  return `ECS cluster ${name}`;
}

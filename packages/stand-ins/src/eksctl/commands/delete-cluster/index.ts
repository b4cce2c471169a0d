import {
  type Cluster,
  DeletePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { DeleteOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { MeshbedError } from '@meshbed/core';
import { type Aws, connectAws } from '../../aws.ts';
import { type Call, type EksctlContext, log } from '../../context.ts';
import { removeContext } from '../../kube/kubeconfig.ts';
import { stackNames } from '../../stacks/names.ts';
import { deleteStack, findStack, stacksOf, startDeletion } from '../../stacks/work.ts';
import { describeCluster } from '../clusters.ts';
import { configOf, oneName } from '../names.ts';
import { cleanUpLoadBalancers } from './load-balancers.ts';

/** `delete cluster`: in eksctl's order; the cluster's own stack goes on in the background unless --wait is given. */
export async function deleteCluster(call: Call): Promise<void> {
  const { context, flags } = call;
  const config = await configOf(call);
  const name = oneName('name', call, config?.metadata.name);
  using aws = await connectAws(call, config?.metadata.region);
  log(context, 'info', `deleting EKS cluster "${name}"`);
  const stack = await findStack(aws, stackNames.cluster(name));
  const cluster = await describeCluster(aws, name).catch((error: unknown) => {
    if (stack) return undefined; // what is left of an earlier attempt
    throw error;
  });
  if (!stack) throw foreign(name);
  if (cluster) await cleanUpLoadBalancers(aws, context, cluster);
  await deleteStacks(aws, context, await stacksOf(aws, stackNames.nodeGroup(name, '')));
  if (cluster) await deleteIdentities(aws, context, cluster);
  const others = ['addon-', 'podidentityrole-'].map((kind) => stacksOf(aws, `eksctl-${name}-${kind}`));
  await deleteStacks(aws, context, (await Promise.all(others)).flat());
  removeContext(call, aws, name);
  if (flags['wait']) await deleteStack(aws, context, stack);
  else await startDeletion(aws, context, stackNames.cluster(name));
  log(
    context,
    'done',
    flags['wait'] ? 'all cluster resources were deleted' : 'the deletion of all cluster resources has begun',
  );
}

const foreign = (name: string) =>
  new MeshbedError('user/argument', `the cluster "${name}" was not created with eksctl`, {
    object: name,
    next: `aws eks delete-nodegroup …, then aws eks delete-cluster --name ${name}`,
  });

/** At the same time, and all of them, before the first failure is told. */
async function deleteStacks(aws: Aws, context: EksctlContext, stacks: readonly Stack[]): Promise<void> {
  const results = await Promise.allSettled(stacks.map((stack) => deleteStack(aws, context, stack)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Provider and associations are in no stack. */
async function deleteIdentities({ eks, iam, account }: Aws, context: EksctlContext, cluster: Cluster): Promise<void> {
  const { name: clusterName, identity } = cluster;
  const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName }));
  for (const { associationId, namespace, serviceAccount } of associations) {
    await eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
    log(context, 'info', `deleted pod identity association for service account "${namespace}/${serviceAccount}"`);
  }
  const provider = identity?.oidc?.issuer?.replace('https://', '');
  if (provider === undefined) return;
  const OpenIDConnectProviderArn = `arn:aws:iam::${account}:oidc-provider/${provider}`;
  await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })).catch((error: Error) => {
    if (!error.name.startsWith('NoSuchEntity')) throw error;
  });
}

import { DeletePodIdentityAssociationCommand } from '@aws-sdk/client-eks';
import { MeshbedError } from '@meshbed/core';
import { type Call, log, textFlag } from '../../context.ts';
import { stackNames } from '../../stacks/names.ts';
import { deleteStack, findStack } from '../../stacks/work.ts';
import { type Target, targetOf } from '../target.ts';
import { associationsOf } from './get.ts';

interface Account {
  namespace: string;
  serviceAccount: string;
}

/** `delete podidentityassociation`: with the stack of its role. */
export async function deletePodIdentity(call: Call): Promise<void> {
  using target = await targetOf(call);
  const accounts = target.file?.iam?.podIdentityAssociations?.map(({ namespace, serviceAccountName }) => ({
    namespace,
    serviceAccount: serviceAccountName,
  })) ?? [accountFromFlags(call)];
  for (const account of accounts) await deleteOne(call, target, account);
}

function accountFromFlags({ flags }: Call): Account {
  const [namespace, serviceAccount] = ['namespace', 'service-account-name'].map((name) => {
    const value = textFlag(flags, name);
    if (value === undefined) throw new MeshbedError('user/argument', `--${name} is required`);
    return value;
  });
  return { namespace: namespace ?? '', serviceAccount: serviceAccount ?? '' };
}

async function deleteOne({ context }: Call, { aws, name: clusterName }: Target, account: Account): Promise<void> {
  const [found] = await associationsOf(aws, clusterName, account);
  const stack = await findStack(aws, stackNames.podIdentity(clusterName, account.namespace, account.serviceAccount));
  const label = `${account.namespace}/${account.serviceAccount}`;
  if (!found && !stack)
    throw new MeshbedError('cloud/pod-identity', `pod identity association "${label}" not found`, {
      object: label,
      next: `eksctl get podidentityassociation --cluster ${clusterName}`,
    });
  if (found) {
    const { associationId } = found;
    await aws.eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
  }
  if (stack) await deleteStack(aws, context, stack);
  log(context, 'info', `deleted pod identity association "${label}"`);
}

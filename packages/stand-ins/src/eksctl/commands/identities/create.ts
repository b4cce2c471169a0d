import { MeshbedError } from '@meshbed/core';
import { checkIdentity } from '../../config/read.ts';
import type { PodIdentity } from '../../config/types.ts';
import { type Call, log, textFlag } from '../../context.ts';
import { connectKube } from '../../kube/access.ts';
import { createIdentities } from '../create-cluster/identities.ts';
import { listFlag, pairsFlag } from '../flags.ts';
import { configOfExisting, type Target, targetOf } from '../target.ts';

/** `create podidentityassociation`: one by flags, or those of a config file. */
export async function createPodIdentity(call: Call): Promise<void> {
  const flagged = call.flags['config-file'] === undefined ? [identityFromFlags(call)] : [];
  using target = await targetOf(call);
  const { aws, file } = target;
  const wanted = file ? (file.iam?.podIdentityAssociations ?? []) : flagged;
  if (wanted.length === 0)
    throw new MeshbedError('user/configuration', 'no iam.podIdentityAssociations specified in the config file');
  if (call.flags['create-service-account']) await createAccounts(call, target, wanted);
  const config = await configOfExisting(target);
  await createIdentities(aws, call.context, { ...config, iam: { ...config.iam, podIdentityAssociations: wanted } });
}

function identityFromFlags({ flags }: Call): PodIdentity {
  const [roleARN, roleName, boundary] = ['role-arn', 'role-name', 'permission-boundary-arn'].map((name) =>
    textFlag(flags, name),
  );
  const policies = listFlag(flags, 'permission-policy-arns');
  for (const name of ['namespace', 'service-account-name'])
    if (textFlag(flags, name) === undefined) throw new MeshbedError('user/argument', `--${name} is required`);
  const identity: PodIdentity = {
    namespace: textFlag(flags, 'namespace') ?? '',
    serviceAccountName: textFlag(flags, 'service-account-name') ?? '',
    ...(roleARN === undefined ? {} : { roleARN }),
    ...(roleName === undefined ? {} : { roleName }),
    ...(policies === undefined ? {} : { permissionPolicyARNs: policies }),
    ...(boundary === undefined ? {} : { permissionsBoundaryARN: boundary }),
    ...(flags['tags'] === undefined ? {} : { tags: pairsFlag(flags, 'tags') }),
  };
  if (roleARN === undefined && policies === undefined)
    throw new MeshbedError(
      'user/argument',
      'at least one of the following flags must be specified: --role-arn, --permission-policy-arns',
    );
  checkIdentity(identity, 0);
  return identity;
}

async function createAccounts(
  { context }: Call,
  { aws, cluster }: Target,
  wanted: readonly PodIdentity[],
): Promise<void> {
  using kube = await connectKube(aws, context, cluster);
  for (const { namespace, serviceAccountName: name } of wanted) {
    await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await kube.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
    log(context, 'info', `created serviceaccount "${namespace}/${name}"`);
  }
}

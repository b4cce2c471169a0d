import { AssociateAccessPolicyCommand, CreateAccessEntryCommand } from '@aws-sdk/client-eks';
import { MeshbedError } from '@meshbed/core';
import type { Aws } from '../../aws.ts';
import type { AccessEntry } from '../../config/types.ts';
import { type Call, type EksctlContext, log, textFlag } from '../../context.ts';
import { listFlag } from '../flags.ts';
import { targetOf } from '../target.ts';

/** `create accessentry`: one by flags, or those of a config file. */
export async function createAccessEntry(call: Call): Promise<void> {
  const flagged = call.flags['config-file'] === undefined ? [entryFromFlags(call)] : [];
  using target = await targetOf(call);
  const entries = target.file ? (target.file.accessConfig?.accessEntries ?? []) : flagged;
  if (entries.length === 0)
    throw new MeshbedError('user/configuration', 'no accessConfig.accessEntries specified in the config file');
  await createAccessEntries(target.aws, call.context, target.name, entries);
}

function entryFromFlags({ flags }: Call): AccessEntry {
  const principalARN = textFlag(flags, 'principal-arn');
  if (principalARN === undefined) throw new MeshbedError('user/argument', '--principal-arn must be set');
  const [type, username] = [textFlag(flags, 'type'), textFlag(flags, 'kubernetes-username')];
  const groups = listFlag(flags, 'kubernetes-groups');
  return {
    principalARN,
    ...(type === undefined ? {} : { type }),
    ...(username === undefined ? {} : { kubernetesUsername: username }),
    ...(groups === undefined ? {} : { kubernetesGroups: groups }),
  };
}

/** Entries, and the access policies that go with them. */
export async function createAccessEntries(
  { eks }: Aws,
  context: EksctlContext,
  clusterName: string,
  entries: readonly AccessEntry[],
): Promise<void> {
  for (const { principalARN, type, kubernetesGroups, kubernetesUsername, accessPolicies = [], tags } of entries) {
    await eks.send(
      new CreateAccessEntryCommand({
        clusterName,
        principalArn: principalARN,
        ...(type === undefined ? {} : { type }),
        ...(kubernetesGroups === undefined ? {} : { kubernetesGroups }),
        ...(kubernetesUsername === undefined ? {} : { username: kubernetesUsername }),
        ...(tags === undefined ? {} : { tags }),
      }),
    );
    for (const { policyARN, accessScope } of accessPolicies) {
      const scope = accessScope as { type: 'cluster' | 'namespace'; namespaces?: string[] };
      await eks.send(
        new AssociateAccessPolicyCommand({
          clusterName,
          principalArn: principalARN,
          policyArn: policyARN,
          accessScope: scope,
        }),
      );
    }
    log(context, 'info', `created access entry for principal ARN ${principalARN}`);
  }
}

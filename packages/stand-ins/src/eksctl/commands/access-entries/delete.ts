import { DeleteAccessEntryCommand } from '@aws-sdk/client-eks';
import { MeshbedError } from '@meshbed/core';
import { type Call, log, textFlag } from '../../context.ts';
import { targetOf } from '../target.ts';

/** `delete accessentry`: one by flags, or those of a config file. */
export async function deleteAccessEntry(call: Call): Promise<void> {
  using target = await targetOf(call);
  const flagged = textFlag(call.flags, 'principal-arn');
  const principals = target.file?.accessConfig?.accessEntries?.map(({ principalARN }) => principalARN) ?? [flagged];
  for (const principalArn of principals) {
    if (principalArn === undefined) throw new MeshbedError('user/argument', '--principal-arn must be set');
    await target.aws.eks.send(new DeleteAccessEntryCommand({ clusterName: target.name, principalArn }));
    log(call.context, 'info', `deleted access entry for principal ARN "${principalArn}"`);
  }
}

import {
  DescribeAccessEntryCommand,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
} from '@aws-sdk/client-eks';
import type { Aws } from '../../aws.ts';
import { type Call, textFlag } from '../../context.ts';
import { print } from '../output.ts';
import { targetOf } from '../target.ts';

/** `get accessentry --cluster NAME` */
export async function getAccessEntries(call: Call): Promise<void> {
  using target = await targetOf(call);
  const { aws, name: clusterName } = target;
  const wanted = textFlag(call.flags, 'principal-arn');
  const all = wanted === undefined ? await aws.eks.send(new ListAccessEntriesCommand({ clusterName })) : undefined;
  const found = await Promise.all((all?.accessEntries ?? [wanted ?? '']).map((arn) => describe(aws, clusterName, arn)));
  print(call, {
    header: ['PRINCIPAL ARN', 'USERNAME', 'GROUPS', 'ACCESS POLICIES'],
    rows: found.map(({ principalARN, kubernetesUsername, kubernetesGroups, accessPolicies }) => [
      principalARN,
      kubernetesUsername,
      kubernetesGroups.join(','),
      accessPolicies.map(({ policyARN }) => policyARN).join(','),
    ]),
    objects: found,
  });
}

async function describe({ eks }: Aws, clusterName: string, principalArn: string) {
  const key = { clusterName, principalArn };
  const { accessEntry = {} } = await eks.send(new DescribeAccessEntryCommand(key));
  const { associatedAccessPolicies = [] } = await eks.send(new ListAssociatedAccessPoliciesCommand(key));
  return {
    principalARN: principalArn,
    kubernetesUsername: accessEntry.username ?? '',
    kubernetesGroups: accessEntry.kubernetesGroups ?? [],
    type: accessEntry.type ?? '',
    accessPolicies: associatedAccessPolicies.map(({ policyArn: policyARN, accessScope }) => ({
      policyARN,
      accessScope,
    })),
  };
}

import {
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  type PodIdentityAssociation,
} from '@aws-sdk/client-eks';
import type { Aws } from '../../aws.ts';
import { type Call, type Flags, textFlag } from '../../context.ts';
import { print } from '../output.ts';
import { targetOf } from '../target.ts';

/** `get podidentityassociation --cluster NAME` */
export async function getPodIdentities(call: Call): Promise<void> {
  using target = await targetOf(call);
  const found = await associationsOf(target.aws, target.name, selectionOf(call.flags));
  print(call, {
    header: ['ASSOCIATION ARN', 'NAMESPACE', 'SERVICE ACCOUNT NAME', 'IAM ROLE ARN', 'OWNER ARN'],
    rows: found.map((each) => [
      each.associationArn ?? '',
      each.namespace ?? '',
      each.serviceAccount ?? '',
      each.roleArn ?? '',
      each.ownerArn ?? '',
    ]),
    objects: found.map((each) => ({
      AssociationARN: each.associationArn,
      Namespace: each.namespace,
      ServiceAccountName: each.serviceAccount,
      RoleARN: each.roleArn,
      OwnerARN: each.ownerArn ?? '',
    })),
  });
}

interface Selection {
  namespace?: string;
  serviceAccount?: string;
}

export function selectionOf(flags: Flags): Selection {
  const [namespace, serviceAccount] = [textFlag(flags, 'namespace'), textFlag(flags, 'service-account-name')];
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
  };
}

/** In full, since a list has no roles. */
export async function associationsOf(
  { eks }: Aws,
  clusterName: string,
  selection: Selection,
): Promise<PodIdentityAssociation[]> {
  const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName, ...selection }));
  const described = associations.map(async ({ associationId }) => {
    const { association = {} } = await eks.send(
      new DescribePodIdentityAssociationCommand({ clusterName, associationId }),
    );
    return association;
  });
  return Promise.all(described);
}

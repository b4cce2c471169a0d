import { ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import { type Call, log } from '../../context.ts';
import { createProvider } from '../create-cluster/identities.ts';
import { configOfExisting, targetOf } from '../target.ts';

/** `utils associate-iam-oidc-provider --cluster NAME --approve` */
export async function associateProvider(call: Call): Promise<void> {
  const { context, flags } = call;
  using target = await targetOf(call);
  const { aws, cluster, name } = target;
  const issuer = cluster.identity?.oidc?.issuer?.replace('https://', '') ?? '';
  const { OpenIDConnectProviderList: known = [] } = await aws.iam.send(new ListOpenIDConnectProvidersCommand({}));
  if (known.some(({ Arn }) => Arn?.endsWith(issuer)))
    return log(
      context,
      'info',
      `IAM Open ID Connect provider is already associated with cluster "${name}" in "${aws.region}"`,
    );
  if (!flags['approve']) {
    log(context, 'info', `(plan) would create IAM Open ID Connect provider for cluster "${name}" in "${aws.region}"`);
    return log(context, 'warn', "no changes were applied, run again with '--approve' to apply the changes");
  }
  await createProvider(aws, await configOfExisting(target), cluster);
  log(context, 'done', `created IAM Open ID Connect provider for cluster "${name}" in "${aws.region}"`);
}

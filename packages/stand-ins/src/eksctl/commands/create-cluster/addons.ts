import { CreateAddonCommand, DescribeAddonCommand, UpdateAddonCommand } from '@aws-sdk/client-eks';
import { eksAddons, networkPluginPolicies } from '@meshbed/clients/eks';
import { MeshbedError, ready, until, waiting } from '@meshbed/core';
import type { Aws } from '../../aws.ts';
import type { Addon, ClusterConfig } from '../../config/types.ts';
import { type EksctlContext, log } from '../../context.ts';
import { stackNames, stackTags } from '../../stacks/names.ts';
import { serviceAccountTemplate } from '../../stacks/roles.ts';
import { createStack } from '../../stacks/work.ts';

/** What eksctl adds by itself. */
const defaults = ['vpc-cni', 'kube-proxy', 'coredns', 'metrics-server'];
/** Deployments: they run only when there are nodes. */
const afterNodes: readonly string[] = [...eksAddons['with nodes'], 'metrics-server'];
const networkPlugin = 'vpc-cni';

/** The add-ons that are wanted, before or after there are nodes. */
export function addonsOf(config: ClusterConfig, when: 'before nodes' | 'with nodes'): Addon[] {
  const given = config.addons ?? [];
  const added = config.addonsConfig?.disableDefaultAddons
    ? []
    : defaults.filter((name) => !given.some((addon) => addon.name === name)).map((name) => ({ name }));
  const isLate = ({ name }: Addon) => afterNodes.includes(name);
  return [...given, ...added].filter((addon) => isLate(addon) === (when === 'with nodes'));
}

export async function createAddons(
  aws: Aws,
  context: EksctlContext,
  config: ClusterConfig,
  addons: readonly Addon[],
): Promise<void> {
  for (const { name, version, serviceAccountRoleARN, configurationValues, resolveConflicts, tags } of addons) {
    log(context, 'info', `creating addon: ${name}`);
    await aws.eks.send(
      new CreateAddonCommand({
        clusterName: config.metadata.name,
        addonName: name,
        ...(version === undefined || version === 'latest' ? {} : { addonVersion: version }),
        ...(serviceAccountRoleARN === undefined ? {} : { serviceAccountRoleArn: serviceAccountRoleARN }),
        ...(configurationValues === undefined ? {} : { configurationValues }),
        ...(tags === undefined ? {} : { tags }),
        resolveConflicts: (resolveConflicts?.toUpperCase() ?? 'OVERWRITE') as 'OVERWRITE',
      }),
    );
    log(context, 'info', `successfully created addon: ${name}`);
  }
}

/** The network plugin gets a role of its own, by the cluster's OpenID Connect provider. */
export async function giveNetworkPluginItsRole(
  aws: Aws,
  context: EksctlContext,
  config: ClusterConfig,
  issuer: string,
): Promise<void> {
  const cluster = config.metadata.name;
  const addon = addonsOf(config, 'before nodes').find(({ name }) => name === networkPlugin);
  if (!addon || addon.serviceAccountRoleARN !== undefined) return;
  await active(aws, context, cluster, networkPlugin);
  const { Outputs = [] } = await createStack(aws, context, {
    name: stackNames.addon(cluster, networkPlugin),
    template: serviceAccountTemplate(
      { account: aws.account, issuer },
      { subject: 'kube-system:aws-node', managed: networkPluginPolicies },
    ),
    tags: stackTags(cluster, { 'alpha.eksctl.io/addon-name': networkPlugin, ...config.metadata.tags }),
  });
  const serviceAccountRoleArn = Outputs[0]?.OutputValue;
  await aws.eks.send(
    new UpdateAddonCommand({
      clusterName: cluster,
      addonName: networkPlugin,
      serviceAccountRoleArn,
      resolveConflicts: 'OVERWRITE',
    }),
  );
  await active(aws, context, cluster, networkPlugin);
}

/** Waits until an add-on is active. @throws MeshbedError when it fails */
export function active(
  { eks }: Aws,
  { clock }: EksctlContext,
  clusterName: string,
  addonName: string,
): Promise<boolean> {
  return until(
    async () => {
      const { addon } = await eks.send(new DescribeAddonCommand({ clusterName, addonName }));
      if (addon?.status === 'ACTIVE') return ready(true);
      if (addon?.status?.endsWith('FAILED')) {
        throw new MeshbedError('cloud/eks-addon-failed', `the add-on ${addonName} is ${addon.status}`, {
          object: addonName,
        });
      }
      return waiting(`it is ${addon?.status}`);
    },
    { clock, what: `add-on ${addonName}`, timeoutMs: 5 * 60_000 },
  );
}

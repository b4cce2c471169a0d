import { DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { type Cluster, DescribeClusterCommand } from '@aws-sdk/client-eks';
import { MeshbedError } from '@meshbed/core';
import { type Aws, connectAws } from '../../aws.ts';
import type { ClusterConfig } from '../../config/types.ts';
import { type Call, type EksctlContext, log } from '../../context.ts';
import { saveContext } from '../../kube/kubeconfig.ts';
import { stackNames, stackTags } from '../../stacks/names.ts';
import { clusterTemplate } from '../../stacks/cluster.ts';
import { createStack } from '../../stacks/work.ts';
import { eksctlVersion } from '../../version.ts';
import { createAccessEntries } from '../access-entries/create.ts';
import { configOf } from '../names.ts';
import { createNodeGroups, nodeGroupsReady } from '../node-groups/create.ts';
import { addonsOf, createAddons, giveNetworkPluginItsRole } from './addons.ts';
import { configFromFlags, refuseBoth } from './flags.ts';
import { createIdentities, createProvider } from './identities.ts';

/** `create cluster`: what eksctl leaves behind, in its order. */
export async function createCluster(call: Call): Promise<void> {
  const { context, flags } = call;
  const file = await configOf(call);
  if (file) refuseBoth(call);
  const config = file ?? configFromFlags(call);
  using aws = await connectAws(call, config.metadata.region);
  checkRegion(config, aws);
  const { name } = config.metadata;
  log(context, 'info', `eksctl version ${eksctlVersion}`);
  log(context, 'info', `using region ${aws.region}`);
  const cluster = await createControlPlane(aws, context, config);
  await createAccessEntries(aws, context, name, config.accessConfig?.accessEntries ?? []);
  await createNodeGroups(aws, context, config);
  await createAddons(aws, context, config, addonsOf(config, 'with nodes'));
  await createIdentities(aws, context, config);
  if (flags['write-kubeconfig'] !== 'false') saveContext(call, aws, cluster);
  await nodeGroupsReady(aws, context, cluster, config.managedNodeGroups ?? []);
  log(context, 'done', `EKS cluster "${name}" in "${aws.region}" region is ready`);
}

function checkRegion({ metadata }: ClusterConfig, { region }: Aws): void {
  if (metadata.region === undefined || metadata.region === region) return;
  throw new MeshbedError('user/argument', 'cannot use --region when --config-file/-f names another one', {
    object: metadata.region,
  });
}

async function createControlPlane(aws: Aws, context: EksctlContext, config: ClusterConfig): Promise<Cluster> {
  const { name, tags = {} } = config.metadata;
  const zones = config.availabilityZones ?? (await usableZones(aws));
  if (!config.availabilityZones) log(context, 'info', `setting availability zones to [${zones.join(' ')}]`);
  log(context, 'info', `creating EKS cluster "${name}" in "${aws.region}" region with managed nodes`);
  const withOidc = config.iam?.withOIDC === true;
  await createStack(aws, context, {
    name: stackNames.cluster(name),
    template: clusterTemplate(config, zones),
    tags: stackTags(name, { 'alpha.eksctl.io/cluster-oidc-enabled': String(withOidc), ...tags }),
  });
  const { cluster = {} } = await aws.eks.send(new DescribeClusterCommand({ name }));
  await createAddons(aws, context, config, addonsOf(config, 'before nodes'));
  if (withOidc) await giveNetworkPluginItsRole(aws, context, config, await createProvider(aws, config, cluster));
  return cluster;
}

/** eksctl takes three zones at random, two in us-east-1; here they are the first ones. */
async function usableZones({ ec2, region }: Aws): Promise<string[]> {
  const Filters = [
    { Name: 'zone-type', Values: ['availability-zone'] },
    { Name: 'state', Values: ['available'] },
  ];
  const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({ Filters }));
  return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? [])
    .toSorted()
    .slice(0, region === 'us-east-1' ? 2 : 3);
}

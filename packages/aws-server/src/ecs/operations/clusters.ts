import type * as ECS from '@aws-sdk/client-ecs';
import type { Handlers } from '../../service.ts';
import { tagsFromList } from '../../tag-records.ts';
import { unmodelled } from '../../unmodelled.ts';
import { validPage } from '../../valid-page.ts';
import { clusterArn } from '../arns.ts';
import {
  clusterContainsServices,
  clusterContainsTasks,
  clusterNotFound,
  invalidParameter,
  invalidToken,
} from '../errors.ts';
import { fargateProviders } from '../launch.ts';
import { activeCluster, clusterName, findCluster } from '../lookup.ts';
import { type ClusterRecord, EcsState } from '../state.ts';
import { clusterView } from '../views.ts';

const everything = ['TAGS', 'SETTINGS', 'CONFIGURATIONS'];
const mostClustersPerPage = 100;

export const clusterOperations: Handlers<typeof ECS> = {
  CreateCluster(input, context) {
    const { clusterName: asked, tags, settings } = input;
    const { account, region } = context;
    const name = clusterName(asked);
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Invalid cluster name.');
    const state = context.state(EcsState);
    const { clusters } = state;
    const existing = clusters.get(name);
    if (existing?.status === 'ACTIVE') return { cluster: clusterView(existing, everything) };
    const cluster: ClusterRecord = {
      account,
      region,
      name,
      arn: clusterArn(context, name),
      status: 'ACTIVE',
      tags: tagsFromList(tags),
      settings: settings?.length
        ? settings
        : [{ name: 'containerInsights', value: state.settings.get('containerInsights') ?? 'disabled' }],
      ...capacityOf(input),
      execute: executeOf(input.configuration),
      services: new Map(),
      tasks: new Map(),
    };
    clusters.set(name, cluster);
    return { cluster: clusterView(cluster, everything) };
  },

  DescribeClusters({ clusters: references = [''], include = [] }, context) {
    const found = (references.length > 0 ? references : ['']).map((reference) => ({
      arn: reference.startsWith('arn:') ? reference : clusterArn(context, clusterName(reference)),
      cluster: findCluster(context, reference),
    }));
    return {
      clusters: found.flatMap(({ cluster }) => (cluster ? [clusterView(cluster, include)] : [])),
      failures: found.flatMap(({ arn, cluster }) => (cluster ? [] : [{ arn, reason: 'MISSING' }])),
    };
  },

  ListClusters({ nextToken, maxResults = mostClustersPerPage }, context) {
    const active = [...context.state(EcsState).clusters.values()].filter(({ status }) => status === 'ACTIVE');
    const page = validPage(active, { token: nextToken, size: maxResults, invalid: invalidToken });
    return { clusterArns: page.items.map(({ arn }) => arn), nextToken: page.next };
  },

  PutClusterCapacityProviders({ cluster: reference, ...input }, context) {
    const cluster = Object.assign(activeCluster(context, reference), capacityOf(input));
    return { cluster: clusterView(cluster, everything) };
  },

  UpdateClusterSettings({ cluster: reference, settings = [] }, context) {
    const cluster = activeCluster(context, reference);
    cluster.settings = withSettings(cluster.settings, settings);
    return { cluster: clusterView(cluster, everything) };
  },

  UpdateCluster({ cluster: reference, settings = [], configuration }, context) {
    const cluster = activeCluster(context, reference);
    const execute = executeOf(configuration);
    cluster.settings = withSettings(cluster.settings, settings);
    cluster.execute = execute ?? cluster.execute;
    return { cluster: clusterView(cluster, everything) };
  },

  ListContainerInstances({ cluster: reference }, context) {
    activeCluster(context, reference);
    return { containerInstanceArns: [] }; // there is only Fargate
  },

  DeleteCluster({ cluster: reference }, context) {
    const cluster = findCluster(context, reference);
    if (!cluster) throw clusterNotFound();
    if ([...cluster.services.values()].some(({ status }) => status === 'ACTIVE')) throw clusterContainsServices();
    if ([...cluster.tasks.values()].some(({ lastStatus }) => lastStatus !== 'STOPPED')) throw clusterContainsTasks();
    cluster.status = 'INACTIVE';
    return { cluster: clusterView(cluster, everything) };
  },
};

interface Capacity {
  capacityProviders?: string[] | undefined;
  defaultCapacityProviderStrategy?: ECS.CapacityProviderStrategyItem[] | undefined;
}

/** @throws AwsError InvalidParameterException for a provider that nobody can have made here */
function capacityOf({ capacityProviders = [], defaultCapacityProviderStrategy: strategy = [] }: Capacity) {
  const used = strategy.map(({ capacityProvider = '' }) => capacityProvider);
  const stranger = [...capacityProviders, ...used].find((name) => !fargateProviders.includes(name));
  if (stranger !== undefined) {
    throw invalidParameter(
      `The specified capacity provider '${stranger}' was not found. Specify a valid name or ARN and try again.`,
    );
  }
  const missing = used.find((name) => !capacityProviders.includes(name));
  if (missing !== undefined) {
    throw invalidParameter(
      `The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster: ${missing}.`,
    );
  }
  return { capacityProviders, defaultStrategy: strategy };
}

/** Sessions are not recorded here: what would have to be is refused. */
function executeOf({ executeCommandConfiguration: execute, ...rest }: ECS.ClusterConfiguration = {}) {
  const strange = [
    ...unmodelled(rest, new Set()),
    ...unmodelled(execute ?? {}, new Set(['logging'])),
    ...(execute?.logging === 'OVERRIDE' ? ['logging OVERRIDE'] : []),
  ];
  if (strange.length === 0) return execute;
  throw invalidParameter(`The cluster configuration ${strange.join(', ')} is not supported by this sandbox.`);
}

const withSettings = (present: readonly ECS.ClusterSetting[], changes: readonly ECS.ClusterSetting[]) => [
  ...present.filter(({ name }) => !changes.some((change) => change.name === name)),
  ...changes,
];

import type * as ECS from '@aws-sdk/client-ecs';
import type { Handlers } from '../../service.ts';
import { tagsFromList } from '../../tag-records.ts';
import { validPage } from '../../valid-page.ts';
import { clusterArn } from '../arns.ts';
import {
  clusterContainsServices,
  clusterContainsTasks,
  clusterNotFound,
  invalidParameter,
  invalidToken,
} from '../errors.ts';
import { clusterName, findCluster } from '../lookup.ts';
import { type ClusterRecord, EcsState } from '../state.ts';
import { clusterView } from '../views.ts';

const everything = ['TAGS', 'SETTINGS'];
const mostClustersPerPage = 100;

export const clusterOperations: Handlers<typeof ECS> = {
  CreateCluster({ clusterName: asked, tags, settings }, context) {
    const { account, region } = context;
    const name = clusterName(asked);
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Invalid cluster name.');
    const { clusters } = context.state(EcsState);
    const existing = clusters.get(name);
    if (existing?.status === 'ACTIVE') return { cluster: clusterView(existing, everything) };
    const cluster: ClusterRecord = {
      account,
      region,
      name,
      arn: clusterArn(context, name),
      status: 'ACTIVE',
      tags: tagsFromList(tags),
      settings: settings?.length ? settings : [{ name: 'containerInsights', value: 'disabled' }],
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

  DeleteCluster({ cluster: reference }, context) {
    const cluster = findCluster(context, reference);
    if (!cluster) throw clusterNotFound();
    if ([...cluster.services.values()].some(({ status }) => status === 'ACTIVE')) throw clusterContainsServices();
    if ([...cluster.tasks.values()].some(({ lastStatus }) => lastStatus !== 'STOPPED')) throw clusterContainsTasks();
    cluster.status = 'INACTIVE';
    return { cluster: clusterView(cluster, everything) };
  },
};

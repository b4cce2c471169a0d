import {
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ready, waiting } from '@meshbed/core';
import { isOfGateway, tagOf, type Tags } from '../evidence.ts';
import { gone, type Kind, type Search, type Sighting } from '../types.ts';
import { unlessGone } from './eks.ts';
import { allOf } from './pages.ts';

/** Kubernetes deletes its own; this is for those that it left behind, because it could not be reached any more. */
export const loadBalancer: Kind = {
  title: 'load balancer',
  after: ['kubernetes-load-balancer', 'kubernetes-object'],
  async find(search) {
    const client = search.aws.loadBalancers;
    const vpcs = await search.vpcs();
    const all = await allOf(paginateDescribeLoadBalancers({ client }, {}), ({ LoadBalancers }) => LoadBalancers);
    const arns = all.flatMap(({ LoadBalancerArn }) => LoadBalancerArn ?? []);
    const tags = await tagsOf(search, arns);
    return all.flatMap(({ LoadBalancerArn = '', LoadBalancerName = '', VpcId = '' }) => {
      const named = { id: LoadBalancerArn, name: LoadBalancerName };
      return sightingOf(search, { named, tags: tags.get(LoadBalancerArn), inside: vpcs.includes(VpcId) });
    });
  },
  async remove({ aws: { loadBalancers } }, { id }) {
    const key = { LoadBalancerArns: [id] };
    const found = await unlessGone(() => loadBalancers.send(new DescribeLoadBalancersCommand(key)));
    if (!found?.LoadBalancers?.length) return ready(gone);
    await loadBalancers.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: id }));
    return waiting('it is being deleted');
  },
  command: ({ id }) => `elbv2 delete-load-balancer --load-balancer-arn ${id}`,
  timeoutMs: 10 * 60_000,
};

const mostPerCall = 20;

/** Tags of load balancers or target groups by ARN. */
export async function tagsOf({ aws }: Search, arns: readonly string[]): Promise<Map<string, Tags>> {
  const found = new Map<string, Tags>();
  for (let at = 0; at < arns.length; at += mostPerCall) {
    const ResourceArns = arns.slice(at, at + mostPerCall);
    const { TagDescriptions = [] } = await aws.loadBalancers.send(new DescribeTagsCommand({ ResourceArns }));
    for (const { ResourceArn = '', Tags: tags = [] } of TagDescriptions) found.set(ResourceArn, tags);
  }
  return found;
}

interface Candidate {
  named: { id: string; name: string };
  tags: Tags | undefined;
  inside: boolean;
}

/** The east-west gateway's belongs to the mesh; any other that Kubernetes made, to the cluster. */
export function sightingOf({ configuration }: Search, { named, tags, inside }: Candidate): Sighting[] {
  const owned = tagOf(tags, `kubernetes.io/cluster/${configuration.clusterName}`) === 'owned';
  if (!owned && !inside) return [];
  return [{ ...named, evidence: owned ? 'tag' : 'place', eks: !isOfGateway(tags) }];
}

import { latencyMs } from '@meshbed/aws-server';
import type { Profile } from '@meshbed/core';
import type { ClusterOptions } from '@meshbed/kube-server';
import type { MetadataService } from './nodes.ts';

/** What a cloud adds to an API server to make it its managed Kubernetes. */
export interface ClusterCloud extends Pick<
  ClusterOptions,
  'name' | 'version' | 'serviceNetwork' | 'loadBalancers' | 'authenticate' | 'admitPod' | 'imagePullMs'
> {
  /** Of the API server on the Internet, whose port 443 is open to everyone. */
  publicName: string;
  /** The network of the nodes. */
  vpcId: string;
  /** Where the API server is reached inside that network; empty when it is on the Internet only. */
  controlPlane: readonly { eniId: string; ip: string }[];
  /** What agents of a node read at 169.254.169.254. */
  metadata: MetadataService;
}

/** A node pulls an image once. */
export function pulls(profile: Profile): Required<ClusterOptions>['imagePullMs'] {
  const pulled = new Set<string>();
  return (images, node) => {
    const missing = images.map((image) => `${node} ${image}`).filter((key) => !pulled.has(key));
    for (const key of missing) pulled.add(key);
    return missing.length === 0 ? 0 : latencyMs(profile, 'pod-image', 'pulling');
  };
}

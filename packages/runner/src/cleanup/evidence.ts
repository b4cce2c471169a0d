import { clusterTag } from '../aws/tags.ts';
import { names, type Configuration } from '../configuration/index.ts';
import type { Evidence } from './types.ts';

/** Tags as the services spell them. */
export type Tags = readonly { Key?: string | undefined; Value?: string | undefined }[] | Record<string, string>;

export function tagOf(tags: Tags | undefined, key: string): string | undefined {
  if (tags === undefined) return undefined;
  if (!isList(tags)) return tags[key];
  return tags.find((tag) => tag.Key === key)?.Value;
}

const isList = (tags: Tags): tags is Extract<Tags, readonly unknown[]> => Array.isArray(tags);

/** ECS writes its tags in lower case. */
export const lowerTags = (tags: readonly { key?: string | undefined; value?: string | undefined }[] = []): Tags =>
  tags.map(({ key, value }) => ({ Key: key, Value: value }));

/**
 * Why it is ours, or undefined. Names are shared by all clusters of an account, so that a tag that names another cluster
 * outweighs everything.
 */
export function evidenceOf(
  { clusterName }: Configuration,
  tags: Tags | undefined,
  otherwise: Exclude<Evidence, 'tag'> | undefined,
): Evidence | undefined {
  const owner = tagOf(tags, clusterTag);
  if (owner === undefined) return otherwise;
  return owner === clusterName ? 'tag' : undefined;
}

/** Whether it is the name of an ECS cluster of ours, whatever its number, or of the namespace that goes with it. */
export function isEcsName({ clusterName }: Configuration, name: string): boolean {
  const number = name.slice(name.lastIndexOf('-') + 1);
  return /^\d+$/.test(number) && name === names.ecsCluster(clusterName, Number(number));
}

/** Kubernetes tags what it makes for a Service of type LoadBalancer: whether that is the east-west gateway's. */
export function isOfGateway(tags: Tags | undefined): boolean {
  return tagOf(tags, 'kubernetes.io/service-name')?.startsWith('istio-eastwest/') ?? false;
}

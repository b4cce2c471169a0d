import type { Filter, ResourceType, TagSpecification } from '@aws-sdk/client-ec2';
import type { Configuration } from '../configuration/index.ts';

/** Marks what belongs to a configured cluster, so that it is found again without any memory of ours. */
export const clusterTag = 'meshbed/cluster';

export function ownTags({ clusterName, ownerName }: Configuration): Record<string, string> {
  return { [clusterTag]: clusterName, owner: ownerName };
}

export function tagged(
  type: ResourceType,
  name: string,
  configuration: Configuration,
  more: Record<string, string> = {},
): TagSpecification[] {
  const tags = Object.entries({ Name: name, ...ownTags(configuration), ...more });
  return [{ ResourceType: type, Tags: tags.map(([Key, Value]) => ({ Key, Value })) }];
}

/** Finds what `tagged` marked. */
export function ownedAs(name: string, { clusterName }: Configuration): Filter[] {
  return [filter('tag:Name', name), filter(`tag:${clusterTag}`, clusterName)];
}

export function filter(name: string, ...values: string[]): Filter {
  return { Name: name, Values: values };
}

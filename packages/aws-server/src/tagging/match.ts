import type { TagFilter } from '@aws-sdk/client-resource-groups-tagging-api';
import type { TaggedResource } from './resources.ts';

/** All filters have to match; one value of a filter is enough, and without values any. */
export const hasTags = ({ tags }: TaggedResource, filters: readonly TagFilter[]): boolean =>
  filters.every(({ Key = '', Values = [] }) => {
    const value = tags.get(Key);
    return value !== undefined && (Values.length === 0 || Values.includes(value));
  });

/** `ec2` is any resource of the service, `ec2:vpc` those whose ARN goes on with that word. */
export function isOfType({ arn }: TaggedResource, type: string): boolean {
  const [service, resource] = type.split(':');
  const [, , owner, , , ...rest] = arn.split(':');
  return owner === service && (resource === undefined || rest.join(':').split(/[/:]/)[0] === resource);
}

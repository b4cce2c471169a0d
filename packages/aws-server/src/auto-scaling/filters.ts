import type { AutoScalingGroup, Filter } from '@aws-sdk/client-auto-scaling';
import { AwsError } from '../errors.ts';

/** `tag-key`, `tag-value` and `tag:KEY` are all that there is. @throws AwsError ValidationError for another filter */
export const hasTags = ({ Tags = [] }: AutoScalingGroup, filters: readonly Filter[]): boolean =>
  filters.every(({ Name = '', Values = [] }) => {
    if (Name === 'tag-key') return Tags.some(({ Key = '' }) => Values.includes(Key));
    if (Name === 'tag-value') return Tags.some(({ Value = '' }) => Values.includes(Value));
    if (!Name.startsWith('tag:')) throw new AwsError('ValidationError', `Invalid filter name: ${Name}`);
    return Tags.some(({ Key, Value = '' }) => `tag:${Key}` === Name && Values.includes(Value));
  });

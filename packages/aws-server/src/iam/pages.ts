import { AwsError } from '../errors.ts';
import { pageOf } from '../page.ts';

export interface ListInput {
  Marker?: string | undefined;
  MaxItems?: number | undefined;
}

export interface Paged<T> {
  items: T[];
  tail: { IsTruncated: boolean; Marker?: string };
}

const defaultSize = 100;

/** One page as IAM's lists give it. @throws AwsError ValidationError for a foreign marker or a size out of range. */
export function iamPage<T>(items: readonly T[], { Marker, MaxItems = defaultSize }: ListInput): Paged<T> {
  if (MaxItems < 1 || MaxItems > 1000) {
    throw new AwsError('ValidationError', `Value '${MaxItems}' at 'maxItems' must be between 1 and 1000`);
  }
  try {
    const { items: page, next } = pageOf(items, Marker, MaxItems);
    return { items: page, tail: next === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: next } };
  } catch (cause) {
    throw new AwsError('ValidationError', 'Invalid Marker.', { cause });
  }
}

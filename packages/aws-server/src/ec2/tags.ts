import type { Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { tagList, tagMap } from '../tags.ts';
import { invalidValue } from './errors.ts';
import type { Kind } from './kinds.ts';

/** Tags to give to the one resource that a call makes. @throws AwsError when a specification is for another type. */
export function tagsFor(kind: Kind, specifications: readonly TagSpecification[] | undefined): Map<string, string> {
  const stranger = specifications?.find(({ ResourceType }) => ResourceType !== kind);
  if (stranger) {
    throw invalidValue(`'${stranger.ResourceType}' is not a valid taggable resource type for this operation.`);
  }
  return tagMap(specifications?.flatMap(({ Tags = [] }) => Tags));
}

export const shownTags = (tags: ReadonlyMap<string, string>): Tag[] => tagList(tags);

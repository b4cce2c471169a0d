import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { Principal } from '../accounts/index.ts';
import { AwsError } from '../errors.ts';
import { tagMap } from '../tags.ts';

export interface SessionTags {
  tags: Map<string, string>;
  transitiveTagKeys: string[];
}

/**
 * Tags of the new session: those of the request, and those that the caller's session hands on.
 * @throws AwsError InvalidParameterValue when the request would change one that is handed on.
 */
export function sessionTags(
  { Tags = [], TransitiveTagKeys = [] }: AssumeRoleCommandInput,
  principal: Principal,
): SessionTags {
  const requested = tagMap(Tags);
  if (requested.size < Tags.length) throw new AwsError('InvalidParameterValue', 'Duplicate tag keys found.');
  const inherited = principal.kind === 'role-session' ? principal.transitiveTagKeys : [];
  const conflict = inherited.find((key) => requested.has(key));
  if (conflict !== undefined) {
    const message =
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the ` +
      `calling session: ${conflict}`;
    throw new AwsError('InvalidParameterValue', message);
  }
  const handedOn = inherited.map((key) => [key, principal.tags.get(key) ?? ''] as const);
  return {
    tags: new Map([...requested, ...handedOn]),
    transitiveTagKeys: [...new Set([...TransitiveTagKeys, ...inherited])],
  };
}

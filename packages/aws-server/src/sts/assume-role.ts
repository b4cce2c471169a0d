import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { parsePolicyDocument } from '@meshbed/policy/iam';
import { authorizeAssumeRole } from '../authorization/assume-role.ts';
import type { Context } from '../context.ts';
import { AwsError } from '../errors.ts';
import { policyDocument } from '../iam/documents.ts';
import { checkAssumeRole, sessionTtlSeconds } from './limits.ts';
import { sessionTags } from './session-tags.ts';

/** Temporary credentials of a role, for whom its trust policy and the caller's own policies admit. */
export function assumeRole(
  input: AssumeRoleCommandInput,
  context: Context,
): Omit<AssumeRoleCommandOutput, '$metadata'> {
  const { principal, world } = context;
  const { RoleArn: roleArn = '', RoleSessionName: sessionName = '' } = input;
  checkAssumeRole(input);
  const { tags, transitiveTagKeys } = sessionTags(input, principal);
  const role = authorizeAssumeRole(world, principal, {
    roleArn,
    tags,
    transitiveTagKeys,
    keys: { 'sts:RoleSessionName': sessionName, ...optionalKeys(input) },
  });
  role.lastUsedAtMs = world.clock.now();
  const session = world.sessions.issue(roleArn, {
    sessionName,
    tags,
    transitiveTagKeys,
    ttlMs: sessionTtlSeconds(input, role, principal) * 1000,
    sessionPolicies: sessionPolicies(input, context),
    ...(input.SourceIdentity === undefined ? {} : { sourceIdentity: input.SourceIdentity }),
  });
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expiresAtMs),
    },
    AssumedRoleUser: { AssumedRoleId: session.principal.userId, Arn: session.principal.arn },
    ...(input.SourceIdentity === undefined ? {} : { SourceIdentity: input.SourceIdentity }),
  };
}

const optionalKeys = ({ ExternalId, SourceIdentity }: AssumeRoleCommandInput) => ({
  ...(ExternalId === undefined ? {} : { 'sts:ExternalId': ExternalId }),
  ...(SourceIdentity === undefined ? {} : { 'sts:SourceIdentity': SourceIdentity }),
});

function sessionPolicies({ Policy, PolicyArns = [] }: AssumeRoleCommandInput, { world }: Context): string[] {
  const managed = PolicyArns.map(({ arn = '' }) => {
    const document = policyDocument(world.stores, arn);
    if (document === undefined) throw new AwsError('InvalidParameterValue', `PolicyArn ${arn} does not exist.`);
    return document;
  });
  return Policy === undefined ? managed : [checkedPolicy(Policy), ...managed];
}

function checkedPolicy(text: string): string {
  const validation = parsePolicyDocument(text, { kind: 'identity' });
  if (!validation.valid) throw new AwsError('MalformedPolicyDocumentException', validation.message);
  return text;
}

import type * as IAM from '@aws-sdk/client-iam';
import type { Rule } from '../../authorization/index.ts';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { deleteConflict, fail, noSuch } from '../errors.ts';
import { ownPolicy } from '../lookup.ts';
import { managedPolicies } from '../managed/index.ts';
import { iamPage } from '../pages.ts';
import { encodeDocument, versionShape } from '../shapes.ts';
import type { ManagedPolicy, PolicyVersion } from '../state.ts';
import { checkIdentityPolicy } from '../validate.ts';

const mostVersions = 5;

function addVersion(
  { PolicyArn, PolicyDocument, SetAsDefault }: IAM.CreatePolicyVersionCommandInput,
  context: Context,
) {
  const policy = ownPolicy(context, PolicyArn);
  const document = checkIdentityPolicy(PolicyDocument);
  if (policy.versions.size >= mostVersions) {
    const message = `A managed policy can have up to ${mostVersions} versions. Before you create a new version, you must delete an existing version.`;
    throw fail('LimitExceededException', message);
  }
  const version = { id: `v${policy.nextVersion++}`, document, createdAtMs: context.world.clock.now() };
  policy.versions.set(version.id, version);
  policy.updatedAtMs = version.createdAtMs;
  if (SetAsDefault) policy.defaultVersion = version.id;
  return { policy, version };
}

function versionOf(policy: ManagedPolicy, id: string | undefined): PolicyVersion {
  const version = policy.versions.get(id ?? '');
  if (!version) throw noSuch(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return version;
}

const onPolicy: Rule<{ PolicyArn: string | undefined }> = { resources: ({ PolicyArn }) => [PolicyArn ?? '*'] };

export const policyVersionOperations: ServiceParts<typeof IAM> = {
  handlers: {
    CreatePolicyVersion(input, context) {
      const { policy, version } = addVersion(input, context);
      return { PolicyVersion: versionShape(policy, version) };
    },
    GetPolicyVersion({ PolicyArn = '', VersionId }, context) {
      const aws = managedPolicies.get(PolicyArn);
      if (aws) {
        if (VersionId !== 'v1')
          throw noSuch(`Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`);
        return { PolicyVersion: { VersionId, IsDefaultVersion: true, Document: encodeDocument(aws.document) } };
      }
      const policy = ownPolicy(context, PolicyArn);
      const version = versionOf(policy, VersionId);
      return { PolicyVersion: { ...versionShape(policy, version), Document: encodeDocument(version.document) } };
    },
    ListPolicyVersions(input, context) {
      const policy = ownPolicy(context, input.PolicyArn);
      const { items, tail } = iamPage([...policy.versions.values()].toReversed(), input);
      return { Versions: items.map((version) => versionShape(policy, version)), ...tail };
    },
    SetDefaultPolicyVersion({ PolicyArn, VersionId }, context) {
      const policy = ownPolicy(context, PolicyArn);
      policy.defaultVersion = versionOf(policy, VersionId).id;
      return {};
    },
    DeletePolicyVersion({ PolicyArn, VersionId }, context) {
      const policy = ownPolicy(context, PolicyArn);
      const { id } = versionOf(policy, VersionId);
      if (policy.defaultVersion === id) throw deleteConflict('Cannot delete the default version of a policy.');
      policy.versions.delete(id);
      return {};
    },
  },
  rules: {
    CreatePolicyVersion: onPolicy,
    GetPolicyVersion: onPolicy,
    ListPolicyVersions: onPolicy,
    SetDefaultPolicyVersion: onPolicy,
    DeletePolicyVersion: onPolicy,
  },
};

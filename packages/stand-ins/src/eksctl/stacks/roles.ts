import { trustOf } from '@meshbed/clients/eks';
import type { PodIdentity } from '../config/types.ts';
import { attribute, type Resource, tagged, type Template } from './names.ts';

export interface RoleParts {
  name?: string | undefined;
  trust: object;
  managed?: readonly string[];
  policy?: object | undefined;
  boundary?: string | undefined;
}

const document = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] });

export const role = (logicalId: string, { name, trust, managed = [], policy, boundary }: RoleParts): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    ...(name === undefined ? {} : { RoleName: name }),
    AssumeRolePolicyDocument: document(trust),
    ManagedPolicyArns: managed,
    ...(policy === undefined ? {} : { Policies: [{ PolicyName: 'Policy1', PolicyDocument: policy }] }),
    ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
    Tags: tagged(logicalId),
  },
});

const roleTemplate = (description: string, resource: Resource): Template => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: description,
  Resources: { Role1: resource },
  Outputs: { Role1: { Value: attribute('Role1', 'Arn') } },
});

/** The role that pods of a service account get. */
export const podIdentityTemplate = (association: PodIdentity): Template =>
  roleTemplate(
    `IAM role for pod identity association [created by eksctl]`,
    role('Role1', {
      name: association.roleName,
      trust: trustOf({ service: 'pods.eks.amazonaws.com', actions: ['sts:AssumeRole', 'sts:TagSession'] }),
      managed: association.permissionPolicyARNs ?? [],
      policy: association.permissionPolicy,
      boundary: association.permissionsBoundaryARN,
    }),
  );

/** A role for one service account, by the cluster's OpenID Connect provider. */
export function serviceAccountTemplate(
  { account, issuer }: { account: string; issuer: string },
  { subject, managed }: { subject: string; managed: readonly string[] },
): Template {
  const provider = issuer.replace('https://', '');
  const trust = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${provider}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        [`${provider}:aud`]: 'sts.amazonaws.com',
        [`${provider}:sub`]: `system:serviceaccount:${subject}`,
      },
    },
  };
  return roleTemplate(
    `IAM role for serviceaccount "${subject}" [created and managed by eksctl]`,
    role('Role1', { trust, managed }),
  );
}

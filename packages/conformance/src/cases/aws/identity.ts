import type { AwsCase } from './types.ts';

const trust = (Principal: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] });
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' }],
});
const role = { RoleName: '${n}-role' };

export const identityCases: readonly AwsCase[] = [
  {
    area: 'iam',
    name: 'roles and policies: paths, attachments, versions, conflicts',
    steps: [
      { call: 'sts GetCallerIdentity', expect: { Account: '${local}' } },
      { call: 'sts GetCallerIdentity', as: 'external', expect: { Account: '${external}' } },
      { call: 'iam GetRole', input: role, fails: 'NoSuchEntity' },
      {
        call: 'iam CreateRole',
        input: {
          ...role,
          Path: '/ecs/ambient/',
          AssumeRolePolicyDocument: trust({ Service: 'ecs-tasks.amazonaws.com' }),
        },
        expect: { Role: { Arn: 'arn:aws:iam::${local}:role/ecs/ambient/${n}-role' } },
      },
      { call: 'iam wait RoleExists', input: role },
      {
        call: 'iam CreateRole',
        input: { ...role, AssumeRolePolicyDocument: trust({ Service: 'ecs-tasks.amazonaws.com' }) },
        fails: 'EntityAlreadyExists',
      },
      {
        call: 'iam CreatePolicy',
        input: { PolicyName: '${n}-policy', PolicyDocument: document },
        save: { policy: 'Policy.Arn' },
      },
      { call: 'iam AttachRolePolicy', input: { ...role, PolicyArn: '${policy}' } },
      { call: 'iam PutRolePolicy', input: { ...role, PolicyName: 'inline', PolicyDocument: document } },
      { call: 'iam ListAttachedRolePolicies', input: role, expect: { AttachedPolicies: [{ PolicyArn: '${policy}' }] } },
      {
        call: 'iam CreatePolicyVersion',
        input: { PolicyArn: '${policy}', PolicyDocument: document, SetAsDefault: true },
        expect: { PolicyVersion: { VersionId: 'v2', IsDefaultVersion: true } },
      },
      { call: 'iam DeleteRole', input: role, fails: 'DeleteConflict' },
      { call: 'iam DeletePolicy', input: { PolicyArn: '${policy}' }, fails: 'DeleteConflict' },
      { call: 'iam UpdateAssumeRolePolicy', input: { ...role, PolicyDocument: '{' }, fails: 'MalformedPolicyDocument' },
      { call: 'iam DetachRolePolicy', input: { ...role, PolicyArn: '${policy}' } },
      { call: 'iam DeleteRolePolicy', input: { ...role, PolicyName: 'inline' } },
      { call: 'iam DeletePolicyVersion', input: { PolicyArn: '${policy}', VersionId: 'v1' } },
      { call: 'iam DeletePolicy', input: { PolicyArn: '${policy}' } },
      { call: 'iam DeleteRole', input: role },
    ],
  },
];

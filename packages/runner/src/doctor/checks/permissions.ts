import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { errorCode } from '@meshbed/clients/aws';
import { messageOf } from '@meshbed/core';
import type { AccountName } from '../../scenario/types.ts';
import type { AccountCheck } from '../types.ts';

const everywhere = [
  'ec2:AuthorizeSecurityGroupIngress', 'ec2:CreateRoute', 'ec2:CreateSecurityGroup', 'ec2:CreateTags', 'ec2:DescribeVpcs',
  'ecs:CreateCluster', 'ecs:CreateService', 'ecs:ExecuteCommand', 'ecs:RegisterTaskDefinition', 'ecs:UpdateService',
  'iam:AttachRolePolicy', 'iam:CreatePolicy', 'iam:CreateRole', 'iam:PassRole', 'iam:PutRolePolicy',
  'logs:CreateLogGroup', 'logs:GetLogEvents', 'logs:PutRetentionPolicy',
]; // prettier-ignore
const networks = [
  'ec2:AllocateAddress', 'ec2:AssociateRouteTable', 'ec2:AttachInternetGateway', 'ec2:CreateInternetGateway',
  'ec2:CreateNatGateway', 'ec2:CreateRouteTable', 'ec2:CreateSubnet', 'ec2:CreateVpc', 'ec2:ModifyVpcAttribute',
]; // prettier-ignore

/** What a run does that many are not allowed; reading is needed in any case. */
const needed: Readonly<Record<AccountName, readonly string[]>> = {
  local: [
    ...everywhere,
    ...networks,
    'ec2:CreateVpcPeeringConnection',
    'eks:CreateAddon',
    'eks:CreateCluster',
    'eks:CreateNodegroup',
    'eks:CreatePodIdentityAssociation',
    'iam:CreateOpenIDConnectProvider',
  ],
  external: [...everywhere, ...networks, 'ec2:AcceptVpcPeeringConnection'],
};

/** Asks IAM itself. Conditions on what is created are not known before, so that a yes may still become a no. */
export const permissions: AccountCheck = {
  id: 'permissions',
  class: 'cloud',
  async look(_scene, { name, aws: { iam, access }, arn }) {
    const object = `${principalOf(arn)} in account ${access.id}`;
    try {
      const { EvaluationResults = [] } = await iam.send(
        new SimulatePrincipalPolicyCommand({ PolicySourceArn: principalOf(arn), ActionNames: [...needed[name]] }),
      );
      const denied = EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== 'allowed').map(
        ({ EvalActionName = '' }) => EvalActionName,
      );
      if (denied.length === 0)
        return [{ verdict: 'ok', object, says: `may do all ${needed[name].length} that were asked` }];
      const says = `may not ${denied.join(', ')}`;
      return [
        { verdict: 'problem', object, says, fix: 'let an administrator allow these actions, or use another profile' },
      ];
    } catch (error) {
      const says = `IAM could not be asked (${errorCode(error)}: ${messageOf(error)})`;
      return [{ verdict: 'not-checked', object, says }];
    }
  },
};

/** A session of a role has what the role has. Its path is not in the ARN of the session. */
export const principalOf = (arn: string): string =>
  arn.replace(/^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'arn:$1:iam::$2:role/$3');

import type * as IAM from '@aws-sdk/client-iam';
import type { ServiceParts } from '../../service.ts';
import { fail, noSuch } from '../errors.ts';
import { iamState } from '../lookup.ts';
import { roleShape } from '../shapes.ts';
import { createRole } from './roles.ts';

/** Service → name of its role. */
const linkedRoles: Readonly<Record<string, string>> = {
  'ecs.amazonaws.com': 'AWSServiceRoleForECS',
  'eks.amazonaws.com': 'AWSServiceRoleForAmazonEKS',
  'eks-nodegroup.amazonaws.com': 'AWSServiceRoleForAmazonEKSNodegroup',
  'elasticloadbalancing.amazonaws.com': 'AWSServiceRoleForElasticLoadBalancing',
  'autoscaling.amazonaws.com': 'AWSServiceRoleForAutoScaling',
};

const arnOf = (account: string, service: string | undefined) =>
  `arn:aws:iam::${account}:role/aws-service-role/${service}/${linkedRoles[service ?? ''] ?? '*'}`;

export const serviceLinkedRoleOperations: ServiceParts<typeof IAM> = {
  handlers: {
    CreateServiceLinkedRole({ AWSServiceName: service = '' }, context) {
      const RoleName = linkedRoles[service];
      if (RoleName === undefined) {
        throw fail('InvalidInputException', `Service role creation not supported for ${service}`);
      }
      if (iamState(context).roles.has(RoleName)) {
        const message = `Service role name ${RoleName} has been taken in this account, please try a different suffix.`;
        throw fail('InvalidInputException', message);
      }
      const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
      const role = createRole(
        {
          RoleName,
          Path: `/aws-service-role/${service}/`,
          AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
        },
        context,
      );
      return { Role: roleShape(context.world, role) };
    },
    DeleteServiceLinkedRole({ RoleName = '' }, context) {
      const { roles } = iamState(context);
      if (!roles.get(RoleName)?.path.startsWith('/aws-service-role/')) {
        throw noSuch(`The role with name ${RoleName} cannot be found.`);
      }
      roles.delete(RoleName);
      return { DeletionTaskId: `task/aws-service-role/${RoleName}/${context.world.ids.uuid()}` };
    },
    GetServiceLinkedRoleDeletionStatus({ DeletionTaskId = '' }, context) {
      const [, , name = ''] = DeletionTaskId.split('/');
      if (!Object.values(linkedRoles).includes(name) || iamState(context).roles.has(name)) {
        throw noSuch(`Deletion task id ${DeletionTaskId} cannot be found.`);
      }
      return { Status: 'SUCCEEDED' }; // they go at once
    },
  },
  rules: {
    CreateServiceLinkedRole: {
      resources: ({ AWSServiceName }, { account }) => [arnOf(account, AWSServiceName)],
      context: ({ AWSServiceName = '' }) => ({ 'iam:AWSServiceName': AWSServiceName }),
      accepts: 'AWSServiceName Description',
    },
  },
};

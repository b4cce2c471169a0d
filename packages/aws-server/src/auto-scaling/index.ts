import { createRequire } from 'node:module';
import type * as AutoScaling from '@aws-sdk/client-auto-scaling';
import type { Context } from '../context.ts';
import { AwsError } from '../errors.ts';
import { type Service, service } from '../service.ts';
import { validPage } from '../valid-page.ts';
import { hasTags } from './filters.ts';
import { groupShape, instanceShape } from './shapes.ts';
import { scalingGroups } from './groups.ts';

const require = createRequire(import.meta.url);
const perPage = 50;
const invalidToken = () => new AwsError('InvalidNextToken', 'The NextToken value is not valid.');

function page<Item>(items: readonly Item[], token: string | undefined, size = perPage) {
  const { items: shown, next } = validPage(items, { token, size, invalid: invalidToken });
  return { shown, rest: next === undefined ? {} : { NextToken: next } };
}

const wanted = (names: readonly string[] | undefined) => (name: string) => !names?.length || names.includes(name);

/** The groups behind managed node groups, to be looked at; EKS alone changes them. */
export const autoScaling: Service = service<typeof AutoScaling>(
  () => require('@aws-sdk/client-auto-scaling') as unknown,
  {
    name: 'autoscaling',
    protocol: 'query',
    scope: 'autoscaling',
    version: '2011-01-01',
    xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
  },
  {
    handlers: {
      DescribeAutoScalingGroups({ AutoScalingGroupNames, Filters = [], NextToken, MaxRecords }, context: Context) {
        const isWanted = wanted(AutoScalingGroupNames);
        const groups = scalingGroups(context)
          .filter(({ group }) => isWanted(group.autoScalingGroup))
          .map((found) => groupShape(context, found))
          .filter((group) => hasTags(group, Filters));
        const { shown, rest } = page(groups, NextToken, MaxRecords);
        return { AutoScalingGroups: shown, ...rest };
      },
      DescribeAutoScalingInstances({ InstanceIds, NextToken, MaxRecords }, context: Context) {
        const isWanted = wanted(InstanceIds);
        const instances = scalingGroups(context).flatMap(({ group }) =>
          group.nodes
            .filter(({ instance }) => isWanted(instance.id))
            .map((node) => ({
              ...instanceShape(group, node),
              // In capitals here and in the other answer not, as in AWS.
              HealthStatus: 'HEALTHY',
              AutoScalingGroupName: group.autoScalingGroup,
            })),
        );
        const { shown, rest } = page(instances, NextToken, MaxRecords);
        return { AutoScalingInstances: shown, ...rest };
      },
    },
    rules: {
      DescribeAutoScalingGroups: { accepts: 'AutoScalingGroupNames Filters NextToken MaxRecords' },
      DescribeAutoScalingInstances: { accepts: 'InstanceIds NextToken MaxRecords' },
    },
  },
);

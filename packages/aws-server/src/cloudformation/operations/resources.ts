import type * as CloudFormation from '@aws-sdk/client-cloudformation';
import type { Context } from '../../context.ts';
import type { ServiceParts } from '../../service.ts';
import { validPage } from '../../valid-page.ts';
import { invalid } from '../errors.ts';
import { livingStacks, stackArns, stackOf } from '../lookup.ts';
import type { ResourceRecord, StackRecord } from '../state.ts';
import { eventView, resourceSummary, resourceView } from '../views.ts';

const pageSize = 100;

function resourceOf(stack: StackRecord, logicalId = ''): ResourceRecord {
  const resource = stack.resources.get(logicalId);
  if (!resource) throw invalid(`Resource ${logicalId} does not exist for stack ${stack.name}`);
  return resource;
}

/** By its name, or the one that a physical resource belongs to. */
function stackWith(context: Context, { StackName, PhysicalResourceId }: CloudFormation.DescribeStackResourcesInput) {
  if (StackName !== undefined) return stackOf(context, StackName);
  const found = livingStacks(context).find(({ resources }) =>
    [...resources.values()].some(({ physicalId }) => physicalId === PhysicalResourceId),
  );
  if (!found) throw invalid(`Stack for ${PhysicalResourceId} does not exist`);
  return found;
}

const onStack = (accepts: string) => ({
  accepts,
  resources: ({ StackName }: { StackName?: string | undefined }, context: Context): string[] =>
    stackArns(context, StackName),
});

export const stackResourceOperations: ServiceParts<typeof CloudFormation> = {
  handlers: {
    DescribeStackResource({ StackName, LogicalResourceId }, context) {
      const stack = stackOf(context, StackName);
      const resource = resourceOf(stack, LogicalResourceId);
      return {
        StackResourceDetail: {
          StackId: stack.id,
          StackName: stack.name,
          ...resourceSummary(resource),
          Metadata: '{}',
        },
      };
    },
    DescribeStackResources(input, context) {
      const stack = stackWith(context, input);
      const { LogicalResourceId } = input;
      const resources =
        LogicalResourceId === undefined ? [...stack.resources.values()] : [resourceOf(stack, LogicalResourceId)];
      return { StackResources: resources.map((resource) => resourceView(stack, resource)) };
    },
    ListStackResources({ StackName, NextToken }, context) {
      const resources = [...stackOf(context, StackName).resources.values()];
      const { items, next } = validPage(resources, { token: NextToken, size: pageSize, invalid: badToken });
      return { StackResourceSummaries: items.map(resourceSummary), NextToken: next };
    },
    // Newest first.
    DescribeStackEvents({ StackName, NextToken }, context) {
      const stack = stackOf(context, StackName);
      const events = stack.events.toReversed();
      const { items, next } = validPage(events, { token: NextToken, size: pageSize, invalid: badToken });
      return { StackEvents: items.map((event) => eventView(stack, event)), NextToken: next };
    },
  },
  rules: {
    DescribeStackResource: onStack('StackName LogicalResourceId'),
    DescribeStackResources: onStack('StackName LogicalResourceId PhysicalResourceId'),
    ListStackResources: onStack('StackName NextToken'),
    DescribeStackEvents: onStack('StackName NextToken'),
  },
};

const badToken = () => invalid('Next token is not valid.');

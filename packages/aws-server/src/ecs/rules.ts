import type * as ECS from '@aws-sdk/client-ecs';
import { type Check, passRole } from '../authorization/index.ts';
import type { Context } from '../context.ts';
import type { Rules } from '../service.ts';
import { clusterArn, ecsArn, nameOf, serviceArn, taskArn } from './arns.ts';
import { clusterName, findTaskDefinition } from './lookup.ts';
import { roleArn, tasksService } from './tasks/roles.ts';

const arnOr = (reference: string, make: () => string) => (reference.startsWith('arn:') ? reference : make());

const cluster = (reference: string | undefined, context: Context): string =>
  arnOr(reference ?? '', () => clusterArn(context, clusterName(reference)));

const service = (input: { cluster?: string | undefined; service?: string | undefined }, context: Context): string =>
  arnOr(input.service ?? '', () => serviceArn(context, clusterName(input.cluster), nameOf(input.service ?? '')));

const task = (input: { cluster?: string | undefined; task?: string | undefined }, context: Context): string =>
  arnOr(input.task ?? '', () => taskArn(context, clusterName(input.cluster), nameOf(input.task ?? '')));

const taskDefinition = (reference: string | undefined, context: Context): string =>
  findTaskDefinition(context, reference ?? '')?.arn ?? ecsArn(context, `task-definition/${nameOf(reference ?? '*')}`);

interface Roles {
  taskRoleArn?: string | undefined;
  executionRoleArn?: string | undefined;
}

/** Whoever hands a role to a task must be allowed to pass it. */
const passRoles = ({ taskRoleArn, executionRoleArn }: Roles, { account }: Context): Check[] =>
  [...new Set([taskRoleArn, executionRoleArn])].flatMap((role) =>
    role ? passRole(roleArn(role, account), tasksService) : [],
  );

const inCluster = (input: { cluster?: string | undefined }, context: Context) => ({
  'ecs:cluster': cluster(input.cluster, context),
});
const onArn = ({ resourceArn = '*' }: { resourceArn?: string | undefined }) => [resourceArn];

/** What each operation of ECS needs, after the service's own authorization reference. */
export const rules: Rules<typeof ECS> = {
  CreateCluster: {
    resources: ({ clusterName: name }, context) => [cluster(name, context)],
    accepts: 'clusterName tags settings capacityProviders defaultCapacityProviderStrategy configuration',
  },
  PutClusterCapacityProviders: { resources: (input, context) => [cluster(input.cluster, context)] },
  UpdateClusterSettings: { resources: (input, context) => [cluster(input.cluster, context)] },
  UpdateCluster: {
    resources: (input, context) => [cluster(input.cluster, context)],
    accepts: 'cluster settings configuration',
  },
  ListContainerInstances: { resources: (input, context) => [cluster(input.cluster, context)] },
  ListAccountSettings: { accepts: 'name value principalArn effectiveSettings nextToken maxResults' },
  PutAccountSetting: { accepts: 'name value' },
  PutAccountSettingDefault: { accepts: 'name value' },
  DescribeClusters: {
    resources: ({ clusters = [''] }, context) => clusters.map((reference) => cluster(reference, context)),
  },
  ListClusters: {},
  DeleteCluster: { resources: (input, context) => [cluster(input.cluster, context)] },
  RegisterTaskDefinition: { also: passRoles },
  DescribeTaskDefinition: {},
  DeregisterTaskDefinition: {},
  DeleteTaskDefinitions: {
    resources: ({ taskDefinitions = [] }, context) =>
      taskDefinitions.map((reference) => taskDefinition(reference, context)),
  },
  ListTaskDefinitions: {},
  ListTaskDefinitionFamilies: {},
  CreateService: {
    resources: (input, context) => [serviceArn(context, clusterName(input.cluster), input.serviceName ?? '*')],
    context: inCluster,
    accepts:
      'cluster serviceName taskDefinition desiredCount clientToken launchType capacityProviderStrategy platformVersion ' +
      'deploymentConfiguration networkConfiguration schedulingStrategy deploymentController tags enableECSManagedTags ' +
      'propagateTags enableExecuteCommand availabilityZoneRebalancing',
  },
  UpdateService: {
    resources: (input, context) => [service(input, context)],
    context: inCluster,
    accepts:
      'cluster service desiredCount taskDefinition deploymentConfiguration networkConfiguration platformVersion ' +
      'forceNewDeployment enableExecuteCommand enableECSManagedTags propagateTags availabilityZoneRebalancing',
  },
  DescribeServices: {
    resources: (input, context) => (input.services ?? []).map((name) => service({ ...input, service: name }, context)),
    context: inCluster,
  },
  ListServices: { context: inCluster, accepts: 'cluster nextToken maxResults launchType schedulingStrategy' },
  DeleteService: { resources: (input, context) => [service(input, context)], context: inCluster },
  RunTask: {
    resources: (input, context) => [taskDefinition(input.taskDefinition, context)],
    context: inCluster,
    also: ({ overrides = {} }, context) => passRoles(overrides, context),
    accepts:
      'cluster taskDefinition count launchType capacityProviderStrategy networkConfiguration overrides group startedBy tags ' +
      'propagateTags enableECSManagedTags enableExecuteCommand platformVersion clientToken referenceId',
  },
  StopTask: { resources: (input, context) => [task(input, context)], context: inCluster },
  DescribeTasks: {
    resources: (input, context) => (input.tasks ?? []).map((id) => task({ ...input, task: id }, context)),
    context: inCluster,
  },
  ListTasks: {
    context: inCluster,
    accepts: 'cluster family nextToken maxResults startedBy serviceName desiredStatus launchType',
  },
  ExecuteCommand: {
    resources: (input, context) => [cluster(input.cluster, context), task(input, context)],
    context: ({ container }): Record<string, string> =>
      container === undefined ? {} : { 'ecs:container-name': container },
  },
  TagResource: { resources: onArn },
  UntagResource: { resources: onArn },
  ListTagsForResource: { resources: onArn },
};

import type * as ECS from '@aws-sdk/client-ecs';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Context } from '../../context.ts';
import type { Handlers } from '../../service.ts';
import { tagsFromList, tagsToList } from '../../tag-records.ts';
import { validPage } from '../../valid-page.ts';
import { familyAndRevision, taskDefinitionArn } from '../arns.ts';
import { clientError, invalidParameter, invalidToken } from '../errors.ts';
import { findTaskDefinition } from '../lookup.ts';
import { EcsState, type TaskDefinitionRecord } from '../state.ts';
import { taskDefinitionProblem } from '../task-definitions/validate.ts';
import { taskDefinitionView } from '../views.ts';

const mostPerPage = 100;
const mostDeletionsPerCall = 10;

export const taskDefinitionOperations: Handlers<typeof ECS> = {
  RegisterTaskDefinition(input, context) {
    const problem = taskDefinitionProblem(input);
    if (problem !== undefined) throw clientError(problem);
    const { account, region, principal, world } = context;
    const { families } = context.state(EcsState);
    const family = input.family ?? '';
    const revisions = families.get(family) ?? [];
    const revision = revisions.length + 1;
    const definition: TaskDefinitionRecord = {
      account,
      region,
      arn: taskDefinitionArn(context, family, revision),
      family,
      revision,
      status: 'ACTIVE',
      input,
      containers: (input.containerDefinitions ?? []).map(completed),
      tags: tagsFromList(input.tags),
      registeredAtMs: world.clock.now(),
      registeredBy: principal.arn,
    };
    families.set(family, [...revisions, definition]);
    return { taskDefinition: taskDefinitionView(definition), tags: tagsToList(definition.tags) };
  },

  DescribeTaskDefinition({ taskDefinition: reference = '', include = [] }, context) {
    const definition = findTaskDefinition(context, reference);
    if (!definition) throw clientError('Unable to describe task definition.');
    return {
      taskDefinition: taskDefinitionView(definition),
      tags: include.includes('TAGS') ? tagsToList(definition.tags) : [],
    };
  },

  DeregisterTaskDefinition({ taskDefinition: reference = '' }, context) {
    if (familyAndRevision(reference).revision === undefined)
      throw invalidParameter('Task definition must include a revision.');
    const definition = findTaskDefinition(context, reference);
    if (!definition) throw clientError('The specified task definition does not exist.');
    if (definition.status === 'ACTIVE') {
      definition.status = 'INACTIVE';
      definition.deregisteredAtMs = context.world.clock.now();
    }
    return { taskDefinition: taskDefinitionView(definition) };
  },

  DeleteTaskDefinitions({ taskDefinitions: references = [] }, context) {
    if (references.length > mostDeletionsPerCall)
      throw invalidParameter(`At most ${mostDeletionsPerCall} task definitions can be deleted at once.`);
    const outcomes = references.map((reference) => ({ reference, definition: deletable(context, reference) }));
    return {
      taskDefinitions: outcomes.flatMap(({ definition }) =>
        typeof definition === 'string' ? [] : [taskDefinitionView(definition)],
      ),
      failures: outcomes.flatMap(({ reference, definition }) =>
        typeof definition === 'string' ? [{ arn: reference, reason: definition }] : [],
      ),
    };
  },

  ListTaskDefinitions({ familyPrefix, status = 'ACTIVE', sort = 'ASC', nextToken, maxResults = mostPerPage }, context) {
    const { families } = context.state(EcsState);
    const arns = [...families.entries()]
      .filter(([family]) => familyPrefix === undefined || family === familyPrefix)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, revisions]) => revisions.filter((definition) => definition.status === status).map(({ arn }) => arn));
    if (sort === 'DESC') arns.reverse();
    const page = validPage(arns, { token: nextToken, size: maxResults, invalid: invalidToken });
    return { taskDefinitionArns: page.items, nextToken: page.next };
  },

  ListTaskDefinitionFamilies({ familyPrefix = '', status = 'ACTIVE', nextToken, maxResults = mostPerPage }, context) {
    const families = [...context.state(EcsState).families.entries()].flatMap(([family, revisions]) => {
      const active = revisions.some((definition) => definition.status === 'ACTIVE');
      const wanted = status === 'ALL' || active === (status === 'ACTIVE');
      return wanted && family.startsWith(familyPrefix) ? [family] : [];
    });
    const page = validPage(families.toSorted(), { token: nextToken, size: maxResults, invalid: invalidToken });
    return { families: page.items, nextToken: page.next };
  },
};

/** With the members that ECS fills in: clients copy an answer into their next registration. */
const completed = (container: ContainerDefinition): ContainerDefinition => ({
  cpu: 0,
  essential: true,
  environment: [],
  mountPoints: [],
  volumesFrom: [],
  systemControls: [],
  ...container,
  portMappings: (container.portMappings ?? []).map((mapping) => ({
    hostPort: mapping.containerPort,
    protocol: 'tcp' as const,
    ...mapping,
  })),
});

function deletable(context: Context, reference: string): TaskDefinitionRecord | string {
  const definition = findTaskDefinition(context, reference);
  if (!definition)
    return 'The specified task definition does not exist. Specify a valid account, family, revision and try again.';
  if (definition.status === 'ACTIVE') {
    return 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.';
  }
  definition.status = 'DELETE_IN_PROGRESS';
  definition.deleteRequestedAtMs = context.world.clock.now();
  return definition;
}

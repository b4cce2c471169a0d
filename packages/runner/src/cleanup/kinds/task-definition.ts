import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  paginateListTaskDefinitions,
} from '@aws-sdk/client-ecs';
import { MeshbedError, ready } from '@meshbed/core';
import { workloads } from '../../steps/ecs-clusters/workloads.ts';
import { gone, type Kind } from '../types.ts';
import { allOf } from './pages.ts';

/** Active revisions have to be deregistered before they can be deleted; AWS forgets deleted ones when no task uses them. */
export const taskDefinition: Kind = {
  title: 'task definition',
  after: ['ecs-service'],
  async find({ aws: { ecs: client } }) {
    const lists = Object.values(workloads).flatMap(({ family: familyPrefix }) =>
      (['ACTIVE', 'INACTIVE'] as const).map((status) =>
        allOf(paginateListTaskDefinitions({ client }, { familyPrefix, status }), (page) => page.taskDefinitionArns),
      ),
    );
    const families = new Set<string | undefined>(Object.values(workloads).map(({ family }) => family));
    const revisions = (await Promise.all(lists)).flat().map((arn) => arn.split('/').at(-1) ?? arn);
    const own = revisions.filter((revision) => families.has(revision.split(':')[0]));
    return own.map((id) => ({ id, name: id, evidence: 'name', eks: false }));
  },
  async remove({ aws: { ecs } }, { id }) {
    const { taskDefinition: found } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: id }));
    if (found?.status === 'ACTIVE') await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: id }));
    const { failures = [] } = await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: [id] }));
    const [failure] = failures;
    if (!failure) return ready(gone);
    throw new MeshbedError('cloud/task-definition', `${failure.reason}`, { object: id });
  },
  command: ({ id }) => `ecs delete-task-definitions --task-definitions ${id}`,
  timeoutMs: 2 * 60_000,
};

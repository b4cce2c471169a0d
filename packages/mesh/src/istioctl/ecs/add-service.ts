import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type Service,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { MeshbedError, signBy } from '@meshbed/core';
import { type CommandInput, required, text } from '../context.ts';
import { bootstrapToken, type Place, placeOf, refuseOtherPlatforms } from './bootstrap.ts';
import { ztunnelImage } from './cluster.ts';
import { authorizeRole } from './role.ts';
import { hasSidecar, isEnrolled, withSidecar } from './task-definition.ts';

/** `istioctl ecs add-service`: puts a service's tasks into the mesh. Doing it twice changes nothing. */
export async function addService(input: CommandInput): Promise<void> {
  const { flags, words, context } = input;
  const [name] = words;
  if (name === undefined)
    throw new MeshbedError('user/argument', 'which service? istioctl ecs add-service SERVICE --cluster C', {
      next: 'istioctl --help',
    });
  refuseOtherPlatforms(flags);
  const cluster = required(flags, 'cluster');
  const place = placeOf(flags);
  const ecs = clientFor(input);
  const kube = await input.kube();
  const say = (line: string) => context.write(`• ${line}\n`);

  const service = await findService(ecs, cluster, name);
  const { taskDefinition, tags = [] } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition, include: ['TAGS'] }),
  );
  if (!taskDefinition?.taskRoleArn) throw withoutRole(service);
  const token = await bootstrapToken(kube, place, say);
  const changed = await authorizeRole(kube, place, taskDefinition.taskRoleArn);
  say(
    `Role ${taskDefinition.taskRoleArn} ${changed ? 'authorized' : 'is already authorized'} as ${place.namespace}/${place.name}`,
  );

  const sidecar = { image: await ztunnelImage(kube), bootstrapToken: token };
  const serviceTags = tagsFor(flags, place);
  if (isEnrolled(taskDefinition, sidecar) && hasTags(service, serviceTags))
    return say(`Service ${service.serviceArn} is already enrolled`);
  if (hasSidecar(taskDefinition))
    context.writeError('Warning: the task definition already has a container ztunnel; it is replaced\n');
  const registered = await ecs.send(new RegisterTaskDefinitionCommand(withSidecar(taskDefinition, tags, sidecar)));
  const revision = registered.taskDefinition?.taskDefinitionArn;
  say(`Task definition created: ${revision}`);
  await ecs.send(new TagResourceCommand({ resourceArn: service.serviceArn, tags: serviceTags }));
  await ecs.send(
    new UpdateServiceCommand({ cluster, service: name, taskDefinition: revision, propagateTags: 'SERVICE' }),
  );
  say(`Service enrolled: ${service.serviceArn}`);
}

/** Account, region and endpoint come from the profile, as for every AWS tool. */
function clientFor({ flags, context: { clock } }: CommandInput): ECSClient {
  const profile = text(flags['profile']);
  return signBy(clock, new ECSClient(profile === undefined ? {} : { profile }));
}

async function findService(ecs: ECSClient, cluster: string, name: string): Promise<Service> {
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [name], include: ['TAGS'] }),
  );
  const service = services.find(({ status }) => status === 'ACTIVE');
  if (service) return service;
  throw new MeshbedError('user/service', `there is no active service ${name} in ECS cluster ${cluster}`, {
    next: `aws ecs list-services --cluster ${cluster}`,
  });
}

const withoutRole = (service: Service) =>
  new MeshbedError('user/task-role', `task definition ${service.taskDefinition} has no task role`, {
    object: service.serviceArn ?? '',
    likely: 'the task role is what a task proves its identity with',
    next: 'register a revision with a taskRoleArn',
  });

function tagsFor(flags: CommandInput['flags'], place: Place) {
  const hostname = text(flags['hostname']);
  const ports = text(flags['ports']);
  return [
    { key: 'ecs.solo.io/service-account', value: place.name },
    { key: 'ecs.solo.io/namespace', value: place.namespace },
    ...(hostname === undefined ? [] : [{ key: 'ecs.solo.io/hostname', value: hostname }]),
    ...(ports === undefined ? [] : [{ key: 'ecs.solo.io/ports', value: ports }]),
  ];
}

const hasTags = ({ tags = [] }: Service, wanted: readonly { key: string; value: string }[]) =>
  wanted.every(({ key, value }) => tags.some((tag) => tag.key === key && tag.value === value));

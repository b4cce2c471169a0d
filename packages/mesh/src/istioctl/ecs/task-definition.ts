import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, Tag, TaskDefinition } from '@aws-sdk/client-ecs';

export const sidecarName = 'ztunnel';

export interface Sidecar {
  image: string;
  bootstrapToken: string;
}

/** Whether the definition already carries exactly this sidecar, with every other container waiting for it. */
export function isEnrolled({ containerDefinitions = [] }: TaskDefinition, { image, bootstrapToken }: Sidecar): boolean {
  const sidecar = containerDefinitions.find(({ name }) => name === sidecarName);
  const others = containerDefinitions.filter(({ name }) => name !== sidecarName);
  return (
    sidecar?.image === image &&
    environmentOf(sidecar)['BOOTSTRAP_TOKEN'] === bootstrapToken &&
    others.every(({ dependsOn = [] }) => dependsOn.some(waitsForSidecar))
  );
}

export const hasSidecar = ({ containerDefinitions = [] }: TaskDefinition): boolean =>
  containerDefinitions.some(({ name }) => name === sidecarName);

/** What a revision takes over from the one before; the rest of a definition is the service's own record. */
const carriedOver = [
  'family',
  'taskRoleArn',
  'executionRoleArn',
  'networkMode',
  'volumes',
  'placementConstraints',
  'requiresCompatibilities',
  'cpu',
  'memory',
  'runtimePlatform',
  'ephemeralStorage',
] as const;

/** The next revision: as before, with the sidecar and the dependencies on it. */
export function withSidecar(
  definition: TaskDefinition,
  tags: readonly Tag[],
  sidecar: Sidecar,
): RegisterTaskDefinitionCommandInput {
  const others = (definition.containerDefinitions ?? []).filter(({ name }) => name !== sidecarName);
  const kept = Object.fromEntries(carriedOver.map((field) => [field, definition[field]])) as Pick<
    TaskDefinition,
    (typeof carriedOver)[number]
  >;
  return {
    ...kept,
    family: definition.family,
    containerDefinitions: [sidecarContainer(sidecar, others[0]), ...others.map(waitingForSidecar)],
    ...(tags.length > 0 ? { tags: [...tags] } : {}),
  };
}

const waitsForSidecar = ({ containerName, condition }: NonNullable<ContainerDefinition['dependsOn']>[number]) =>
  containerName === sidecarName && condition === 'HEALTHY';

function waitingForSidecar(container: ContainerDefinition): ContainerDefinition {
  const others = (container.dependsOn ?? []).filter(({ containerName }) => containerName !== sidecarName);
  return { ...container, dependsOn: [...others, { containerName: sidecarName, condition: 'HEALTHY' }] };
}

/** Logs where the application logs, under a prefix of its own. */
function sidecarContainer(
  { image, bootstrapToken }: Sidecar,
  application: ContainerDefinition | undefined,
): ContainerDefinition {
  const logs = application?.logConfiguration;
  return {
    name: sidecarName,
    image,
    essential: true,
    command: ['proxy', 'ztunnel'],
    environment: [
      { name: 'BOOTSTRAP_TOKEN', value: bootstrapToken },
      { name: 'PROXY_MODE', value: 'dedicated' },
      { name: 'UNSTABLE_ENABLE_SOCKS5', value: 'true' },
    ],
    healthCheck: { command: ['CMD', 'ztunnel', 'healthcheck'], interval: 5, retries: 3, startPeriod: 10, timeout: 5 },
    ...(logs
      ? { logConfiguration: { ...logs, options: { ...logs.options, 'awslogs-stream-prefix': sidecarName } } }
      : {}),
  };
}

const environmentOf = ({ environment = [] }: ContainerDefinition): Record<string, string> =>
  Object.fromEntries(environment.map(({ name = '', value = '' }) => [name, value]));

import type { CapacityProviderStrategyItem, LaunchType, TaskOverride } from '@aws-sdk/client-ecs';
import { invalidParameter } from './errors.ts';
import type { ClusterRecord, TaskDefinitionRecord } from './state.ts';

export interface LaunchRequest {
  launchType?: LaunchType | undefined;
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
}

/** The capacity providers that every cluster can have; both start tasks the same way here. */
export const fargateProviders: readonly string[] = ['FARGATE', 'FARGATE_SPOT'];

/** Clusters here have no container instances. @throws AwsError InvalidParameterException */
export function requireFargate(
  { launchType, capacityProviderStrategy: given = [] }: LaunchRequest,
  { defaultStrategy }: Pick<ClusterRecord, 'defaultStrategy'>,
): void {
  if (launchType !== undefined && given.length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  const strategy = given.length > 0 ? given : defaultStrategy;
  const provided =
    launchType === undefined &&
    strategy.length > 0 &&
    strategy.every(({ capacityProvider = '' }) => fargateProviders.includes(capacityProvider));
  if (launchType === 'FARGATE' || provided) return;
  throw invalidParameter('No Container Instances were found in your cluster.');
}

/** ECS Exec works with the task role. @throws AwsError InvalidParameterException */
export function requireExecRole({ input }: TaskDefinitionRecord, overrides: TaskOverride = {}): void {
  if (input.taskRoleArn || overrides.taskRoleArn) return;
  throw invalidParameter(
    "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
  );
}

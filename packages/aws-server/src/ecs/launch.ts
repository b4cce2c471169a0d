import type { CapacityProviderStrategyItem, LaunchType, TaskOverride } from '@aws-sdk/client-ecs';
import { invalidParameter } from './errors.ts';
import type { TaskDefinitionRecord } from './state.ts';

export interface LaunchRequest {
  launchType?: LaunchType | undefined;
  capacityProviderStrategy?: CapacityProviderStrategyItem[] | undefined;
}

/** Clusters here have no container instances. @throws AwsError InvalidParameterException */
export function requireFargate({ launchType, capacityProviderStrategy: strategy = [] }: LaunchRequest): void {
  const provided = strategy.length > 0 && strategy.every(({ capacityProvider }) => capacityProvider === 'FARGATE');
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

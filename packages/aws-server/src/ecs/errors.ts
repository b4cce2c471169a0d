import type * as ECS from '@aws-sdk/client-ecs';
import { type AwsError, failures } from '../errors.ts';

const fail = failures<typeof ECS>();

export const clientError = (message: string): AwsError => fail('ClientException', message);
export const invalidParameter = (message: string): AwsError => fail('InvalidParameterException', message);
export const clusterNotFound = (): AwsError => fail('ClusterNotFoundException', 'Cluster not found.');
export const serviceNotFound = (): AwsError => fail('ServiceNotFoundException', 'Service not found.');
export const serviceNotActive = (): AwsError => fail('ServiceNotActiveException', 'Service was not ACTIVE.');
export const clusterContainsServices = (): AwsError =>
  fail('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
export const clusterContainsTasks = (): AwsError =>
  fail('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
export const targetNotConnected = (): AwsError =>
  fail(
    'TargetNotConnectedException',
    'The execute command failed due to an internal error. Try again later. ' +
      'The agent in the task is not connected: check that the task role allows the ssmmessages actions and that the task has a network path to ssmmessages.',
  );
export const invalidToken = (): AwsError => invalidParameter('Invalid token.');

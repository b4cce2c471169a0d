import { FabricError } from '@meshbed/fabric';
import { AwsError } from '../errors.ts';

export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

/** Something else still needs the object. `subject`: `vpc 'vpc-1'`. */
export const dependencyViolation = (message: string): AwsError => new AwsError('DependencyViolation', message);

export const hasDependencies = (subject: string): AwsError =>
  dependencyViolation(`The ${subject} has dependencies and cannot be deleted.`);

/** Runs what may fail in the fabric; its EC2-like codes become the answer. */
export function onFabric<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof FabricError) throw new AwsError(error.code, error.message, { cause: error });
    throw error;
  }
}

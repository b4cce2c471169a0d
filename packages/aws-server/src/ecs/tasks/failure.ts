/** Why a task can't go on, in the words of `stoppedReason`. */
export class TaskFailure extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'TaskFailure';
  }
}

/** The reasons that ECS gives; people and scripts search for these texts. */
export const stopReasons = {
  roleNotAssumable: (role: string): string =>
    `ECS was unable to assume the role '${role}' that was provided for this task. Please verify that the role being ` +
    'passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.',
  logGroupMissing: (): string =>
    resourceInitialization(
      'failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ' +
        'ResourceNotFoundException: The specified log group does not exist. : exit status 1',
    ),
  logAccessDenied: (message: string): string =>
    resourceInitialization(
      `failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: AccessDeniedException: ${message} : exit status 1`,
    ),
  cannotPull: (problem: string): string => `CannotPullContainerError: ${problem}`,
  noAddress: (subnet: string, message: string): string =>
    `Unexpected EC2 error while attempting to create network interface in subnet '${subnet}': ${message}`,
  dependencyTimeout: (container: string, seconds: number): string =>
    `Container '${container}' gave up waiting for the containers that it depends on after ${seconds} s.`,
  essentialExited: 'Essential container in task exited',
} as const;

const resourceInitialization = (problem: string) => `ResourceInitializationError: ${problem}`;

/** What az says on stderr, and its exit code: 1 the service or another error, 2 usage, 3 not found. */
export class AzFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export const usage = (message: string): AzFailure => new AzFailure(message, 2);

/** One call, or one wait, of a case: the same data for every client. */
export interface Step {
  /** `ec2 CreateVpc`, or for a waiter `ec2 wait NatGatewayAvailable`. Services as the AWS CLI names them. */
  call: string;
  /** `${name}` stands for a saved value; see `Variables` for those that are always there. */
  input?: object;
  /** Name → path in the answer: `Vpc.VpcId`, `services.0.status`. */
  save?: Readonly<Record<string, string>>;
  /** What the answer must contain. */
  expect?: object;
  /** The error's code, when the call must fail. */
  fails?: string;
  /** The account that calls; default: the local one. */
  as?: 'local' | 'external';
}

/** Values that steps refer to: `n` (a name of its own for the client), `local`, `external` (account ids), and saved ones. */
export type Variables = Map<string, string>;

/** How one client does a step. */
export interface AwsRunner {
  /** The answer. @throws CallFailed when the service refuses */
  call(step: { service: string; operation: string; input: object; account: 'local' | 'external' }): Promise<object>;
  wait(step: { service: string; waiter: string; input: object; account: 'local' | 'external' }): Promise<void>;
}

/** What a service answered instead of a result. */
export class CallFailed extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

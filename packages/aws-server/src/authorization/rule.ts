import type { Context } from '../context.ts';

/** Condition keys of a request: `aws:RequestTag/owner`, `iam:PassedToService`. */
export type ContextKeys = Readonly<Record<string, string | readonly string[]>>;

/** One permission that a call needs. */
export interface Check {
  /** `ec2:CreateVpc` */
  action: string;
  /** ARN or `*`. */
  resource: string;
  context?: ContextKeys;
}

/** The row of an operation: what its caller must be allowed to do. Without a row: the operation's own action on `*`. */
export interface Rule<Input> {
  /** Default: `<service>:<Operation>`. */
  action?: string;
  /** ARNs that the action is checked on, each; default `*`. */
  resources?(input: Input, context: Context): readonly string[];
  context?(input: Input, context: Context): ContextKeys;
  /** Further permissions, as for passing a role. */
  also?(input: Input, context: Context): readonly Check[];
  /** Every authenticated caller may, or the handler itself decides. */
  free?: true;
  /**
   * Parameters that the handler understands, separated by blanks; any other one is refused by name instead of being
   * ignored. Without it all are accepted.
   */
  accepts?: string;
}

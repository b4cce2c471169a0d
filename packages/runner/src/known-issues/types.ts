export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** A way of failing that others have met before. */
export interface KnownIssue {
  id: string;
  title: string;
  severity: Severity;
  scenarios: 'all' | readonly number[];
  /** Step, service or object that it shows in. */
  component: string;
  /** One of them matches the failure. */
  signatures: readonly Signature[];
  /** What in a run that went on shows that it was met and got over. */
  traces?: readonly Trace[];
  /** What a person can do. */
  workaround: string;
  /** What meshbed does about it by itself. */
  automatic: string;
}

/** All given parts match. */
export interface Signature {
  /** Of the error: `cloud/vpc-limit-exceeded`. */
  code?: RegExp;
  /** Of the text as people read it, with object and likely cause. */
  text?: RegExp;
  /** Id of the step that failed; nothing with a step matches a test. */
  step?: RegExp;
}

/** Something that a step waited for, or that it had to create. */
export type Trace = { waited: RegExp } | { created: RegExp };

/** What is known about a failure: of a step, of a test, or of a call that neither made. */
export interface FailureFacts {
  code: string;
  text: string;
  step?: string;
}

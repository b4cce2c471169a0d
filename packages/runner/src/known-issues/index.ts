/** Failures that are known, as data. Light enough for the command line to load at once. */
export { knownIssues } from './catalogue.ts';
export { issuesIn, type MetIssue } from './in-run.ts';
export { recognise } from './recognise.ts';
export { severities, type FailureFacts, type KnownIssue, type Severity, type Signature, type Trace } from './types.ts';

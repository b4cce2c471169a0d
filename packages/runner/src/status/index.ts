/** The status page of an environment or a project: a fold over its runs and a file of issues. */
export { noIssues, type OpenIssue, type ResolvedIssue, type TrackedIssues } from './issue.ts';
export { readIssues } from './read-issues.ts';
export { statusPage, type StatusParts } from './page.ts';
export { notesOf } from './scenario-status.ts';

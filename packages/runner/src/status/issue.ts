import type { Severity } from '../known-issues/index.ts';

/** An issue as people keep it in a file: open ones with a workaround, resolved ones with what resolved them. */
export interface TrackedIssue {
  id: string;
  severity: Severity;
  scenarios: 'all' | readonly number[];
  component: string;
  description: string;
  /** `YYYY-MM-DD` */
  reported: string;
}

export interface OpenIssue extends TrackedIssue {
  workaround: string;
}

export interface ResolvedIssue extends TrackedIssue {
  resolution: string;
  /** `YYYY-MM-DD` */
  resolved: string;
}

export interface TrackedIssues {
  open: readonly OpenIssue[];
  resolved: readonly ResolvedIssue[];
}

export const noIssues: TrackedIssues = { open: [], resolved: [] };

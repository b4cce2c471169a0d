import type { RunReport } from './report.ts';

/** The whole model, for programs. */
export const json = (report: RunReport): string => `${JSON.stringify(report, undefined, 2)}\n`;

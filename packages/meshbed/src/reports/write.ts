import { writeFileSync } from 'node:fs';
import type { RunState } from '@meshbed/runner/journal';
import { html, json, junit, reportOf } from '@meshbed/runner/reports';
import { noPaint } from '../view/paint.ts';
import { summary } from '../view/summary.ts';
import { writing, type Format, type ReportTarget } from './targets.ts';

/** Writes them and returns the files. @throws MeshbedError `environment/report` */
export function writeReports(state: RunState, targets: readonly ReportTarget[]): string[] {
  return targets.map(({ format, file }) => {
    writing(file, () => writeFileSync(file, render(state, format)));
    return file;
  });
}

export function render(state: RunState, format: Format): string {
  switch (format) {
    case 'text':
      return summary(state, noPaint).trimStart();
    case 'html':
      return html(reportOf(state));
    case 'junit':
      return junit(reportOf(state));
    case 'json':
      return json(reportOf(state));
  }
}

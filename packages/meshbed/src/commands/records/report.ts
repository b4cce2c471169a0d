import { MeshbedError, suggestion } from '@meshbed/core';
import { findRun } from '@meshbed/runner/records';
import { formats, reportTargets, type Format } from '../../reports/targets.ts';
import { render, writeReports } from '../../reports/write.ts';
import { recordsFolder } from '../../session/record.ts';

export interface ReportFlags {
  format?: string;
  output?: readonly string[];
}

/** `report`: what is known of a past run, on standard output or as files. */
export function reportCommand(wanted: string, { format, output = [] }: ReportFlags): void {
  const chosen = format === undefined ? undefined : formatNamed(format);
  if (chosen !== undefined && output.length > 0)
    throw new MeshbedError('user/contradiction', 'the ending of --output says the format already', {
      next: 'leave out --format, or --output',
    });
  const state = findRun(recordsFolder(), wanted);
  if (output.length === 0) return void process.stdout.write(render(state, chosen ?? 'text'));
  const files = writeReports(state, reportTargets(output));
  process.stdout.write(files.map((file) => `report: ${file}\n`).join(''));
}

/** @throws MeshbedError `user/report` */
function formatNamed(name: string): Format {
  const found = formats.find((each) => each === name);
  if (found) return found;
  const next = [suggestion(name, formats), `choose one of: ${formats.join(', ')}`]
    .filter((part) => part !== '')
    .join(' ');
  throw new MeshbedError('user/report', `there is no format ${name}`, { next });
}

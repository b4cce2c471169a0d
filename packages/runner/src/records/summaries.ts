import { MeshbedError } from '@meshbed/core';
import { format, type RunSummary } from '../reports/report.ts';

/**
 * Summaries of runs: one JSON object per line, or the array that `history --json` prints.
 *
 * @throws MeshbedError `user/records` that names the line
 */
export function summariesIn(text: string, file: string): RunSummary[] {
  const whole = text.trimStart().startsWith('[') ? parsed(text) : undefined;
  if (Array.isArray(whole)) return whole.map((item, index) => summary(item, `${file}: item ${index + 1}`));
  const lines = text.split('\n').map((line, index) => [line, `${file}:${index + 1}`] as const);
  return lines.filter(([line]) => line.trim() !== '').map(([line, at]) => summary(parsed(line), at));
}

function summary(found: unknown, at: string): RunSummary {
  const its = (found as Partial<RunSummary> | null | undefined)?.format;
  if (its === format) return found as RunSummary;
  throw new MeshbedError('user/records', `${at}: this is no summary of a run`, {
    likely: its === undefined ? 'it has no format' : `its format is ${String(its)}, this release reads ${format}`,
    next: 'summaries are what meshbed history --json prints',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { mkdirSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { MeshbedError } from '@meshbed/core';

export const formats = ['text', 'html', 'junit', 'json'] as const;
export type Format = (typeof formats)[number];

export interface ReportTarget {
  format: Format;
  file: string;
}

const byExtension: Readonly<Record<string, Format>> = {
  '.html': 'html',
  '.xml': 'junit',
  '.json': 'json',
  '.txt': 'text',
};

/** What is written into a folder. */
const inFolder: readonly (readonly [Format, string])[] = [
  ['html', 'report.html'],
  ['junit', 'junit.xml'],
  ['json', 'report.json'],
];

/**
 * What `--report` asks for. Folders are created at once, so that a wrong path is known before anything runs.
 *
 * @param part with several runs in one command: the folder of each, below the one that is given
 * @throws MeshbedError `user/report` for an ending that is no format, or a file for several runs; `environment/report`
 */
export function reportTargets(paths: readonly string[] = [], part?: string): ReportTarget[] {
  return paths.flatMap((path) => targetsAt(path, part));
}

function targetsAt(path: string, part: string | undefined): ReportTarget[] {
  const format = isFolder(path) ? undefined : formatOf(path);
  if (format !== undefined && part !== undefined)
    throw new MeshbedError('user/report', `${path} is one file, but there are reports of several runs`, {
      next: 'name a folder: --report reports',
    });
  const folder = format === undefined ? join(path, part ?? '') : dirname(path);
  writing(folder, () => mkdirSync(folder, { recursive: true }));
  if (format !== undefined) return [{ format, file: path }];
  return inFolder.map(([each, name]) => ({ format: each, file: join(folder, name) }));
}

/** What is there, or ends like a folder, or has no ending. */
function isFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? found.isDirectory() : path.endsWith('/') || extname(path) === '';
}

/** @throws MeshbedError `user/report` */
export function formatOf(path: string): Format {
  const found = byExtension[extname(path).toLowerCase()];
  if (found) return found;
  throw new MeshbedError('user/report', `${path} has an ending that is no format of reports`, {
    next: `name a file that ends in ${Object.keys(byExtension).join(', ')}, or a folder`,
  });
}

/** @throws MeshbedError `environment/report` */
export function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new MeshbedError('environment/report', `can't write the report ${path}`, {
      cause,
      object: path,
      next: 'choose another place; the record of the run stays: meshbed report latest -o FOLDER',
    });
  }
}

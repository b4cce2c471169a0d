import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Whether a command can be started; what has no slash is looked for on the PATH. */
export function isExecutable(file: string, { path = '', folder = '' }: { path?: string; folder?: string }): boolean {
  const candidates = file.includes('/')
    ? [resolve(folder, file)]
    : path.split(delimiter).map((each) => join(each || '.', file));
  return file !== '' && candidates.some(canRun);
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

import type { Machine } from '../read/reading.ts';

/** A machine with these files and variables and nothing else. */
export function machine(
  files: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Machine {
  return {
    environment,
    userName: 'jane',
    readText(file) {
      const text = Object.hasOwn(files, file) ? files[file] : undefined;
      if (text === undefined) throw new Error(`ENOENT: no such file, open '${file}'`);
      return text;
    },
  };
}

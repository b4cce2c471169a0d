import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Commands that the sandbox stands in for, by the module that runs each; one that isn't installed is left out. */
const modules: Readonly<Record<string, string>> = {
  istioctl: '@meshbed/mesh/istioctl',
  az: '@meshbed/stand-ins/az',
  eksctl: '@meshbed/stand-ins/eksctl',
  'session-manager-plugin': '@meshbed/stand-ins/session-manager-plugin',
};

/** Those whose real program works in the sandbox as it is, when there is one. */
const yielding: ReadonlySet<string> = new Set(['az']);

const preferReal = (name: string, folder: string) => `IFS=:
for each in $PATH; do
  [ "$each" != ${quoted(folder)} ] && [ -x "$each/${name}" ] && exec "$each/${name}" "$@"
done
unset IFS`;

/** Makes the commands in `folder`, which belongs first on the PATH. Returns their names. */
export function writeStandIns(folder: string): string[] {
  return Object.entries(modules).flatMap(([name, module]) => {
    const file = resolved(module);
    if (file === undefined) return [];
    const real = yielding.has(name) ? `${preferReal(name, folder)}\n` : '';
    writeCommand(join(folder, name), `${real}exec ${quoted(process.execPath)} ${quoted(file)} "$@"`);
    return [name];
  });
}

/** A shell script: it starts at once, and any Node of the user stays out of it. */
export function writeCommand(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** For a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function resolved(module: string): string | undefined {
  try {
    return fileURLToPath(import.meta.resolve(module));
  } catch {
    return undefined;
  }
}

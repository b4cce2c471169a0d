import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { quoted, writeCommand } from './index.ts';

/** First releases that read `endpoint_url` of a profile and AWS_ENDPOINT_URL, by major version. */
const firstWithEndpoints: Readonly<Record<number, readonly number[]>> = { 1: [1, 29, 0], 2: [2, 13, 0] };

/** The installed CLI. */
export interface InstalledAws {
  file: string;
  /** Whether it reads where the APIs are from profiles and AWS_ENDPOINT_URL. */
  readsEndpoints: boolean;
}

/** The `aws` that a shell with this PATH would run; undefined when there is none. */
export async function findAws(path: string): Promise<InstalledAws | undefined> {
  const file = findOnPath('aws', path);
  if (file === undefined) return undefined;
  const options = { env: { PATH: path } };
  const { stdout, stderr } = await promisify(execFile)(file, ['--version'], options).catch(() => ({
    stdout: '',
    stderr: '',
  }));
  return { file, readsEndpoints: readsEndpoints(stdout + stderr) };
}

/**
 * Puts an `aws` before the installed one that answers `sso login`, which profiles with keys have no need of, and tells
 * a CLI too old for endpoint configuration where the APIs are.
 */
export function wrapAws(folder: string, { file, readsEndpoints: reads }: InstalledAws, endpoint: string): void {
  writeCommand(
    join(folder, 'aws'),
    `case " $* " in
  *" sso login "* | *" sso logout "*)
    echo "Nothing to log into: the profiles of the sandbox have keys of their own."
    exit 0 ;;
esac
exec ${quoted(file)} ${reads ? '' : `--endpoint-url ${quoted(endpoint)} `}"$@"`,
  );
}

/** Of `aws-cli/2.9.19 Python/3.11.2 …`; an unknown one is taken for a new one. */
export function readsEndpoints(version: string): boolean {
  const [major = 0, ...rest] = /aws-cli\/(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
  const first = firstWithEndpoints[major];
  if (!first) return true;
  const given = [major, ...rest];
  const at = first.findIndex((part, index) => part !== given[index]);
  return at < 0 || (given[at] ?? 0) > (first[at] ?? 0);
}

function findOnPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

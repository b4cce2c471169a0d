import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MeshbedError } from '@meshbed/core';
import type { RunningSandbox } from './sandbox.ts';

/** What another process needs to know of a sandbox that was left running: `instance.json` in its directory. */
export interface Instance {
  pid: number;
  /** Of the AWS APIs. */
  url: string;
  directory: string;
  kubeconfig: string;
  region: string;
  /** Name of the EKS cluster. */
  clusterName: string;
  accounts: { id: string; profile: string }[];
}

const fileName = 'instance.json';
const folderPrefix = 'meshbed-';

/** Until disposed; the directory goes with the sandbox, whatever happens. */
export function publishInstance(
  { target, url, directory, kubeconfig }: RunningSandbox,
  { pid, clusterName }: { pid: number; clusterName: string },
): Disposable {
  const { local, external } = target.accounts;
  const accounts = [local, ...(external ? [external] : [])].map(({ id, profile }) => ({ id, profile }));
  const instance: Instance = { pid, url, directory, kubeconfig, region: target.region, clusterName, accounts };
  const file = join(directory, fileName);
  writeFileSync(file, `${JSON.stringify(instance, null, 2)}\n`);
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

/** @throws MeshbedError `user/no-instance` when there is none in that directory, or its process has ended. */
export function instanceIn(directory: string): Instance {
  const instance = read(directory);
  const next = 'meshbed run 1 --keep';
  if (!instance) throw new MeshbedError('user/no-instance', `there is no running sandbox in ${directory}`, { next });
  if (isRunning(instance)) return instance;
  throw new MeshbedError('user/no-instance', `the sandbox of ${directory} has ended (process ${instance.pid})`, {
    next,
  });
}

/** The sandbox that was started last and still runs. */
export function newestInstance(folder: string = tmpdir()): Instance | undefined {
  const directories = readdirSync(folder)
    .filter((name) => name.startsWith(folderPrefix))
    .map((name) => join(folder, name));
  const running = directories.flatMap((directory) => {
    const instance = read(directory);
    return instance && isRunning(instance) ? [{ instance, startedMs: startedMs(directory) }] : [];
  });
  return running.toSorted((a, b) => b.startedMs - a.startedMs)[0]?.instance;
}

function read(directory: string): Instance | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, fileName), 'utf8')) as Instance;
  } catch {
    return undefined;
  }
}

const startedMs = (directory: string) => statSync(join(directory, fileName)).mtimeMs;

/** Signal 0 asks only whether the process is there. */
function isRunning({ pid }: Instance): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

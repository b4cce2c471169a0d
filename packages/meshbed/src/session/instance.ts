import { readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { MeshbedError, suggestion, systemClock } from '@meshbed/core';
import type { AccountAccess, Target } from '@meshbed/runner';
import type { RunningSandbox } from './sandbox.ts';

/** How a second command finds a sandbox that another process runs: `instance.json` in its directory. */
export interface Instance {
  /** Name of its folder. */
  name: string;
  pid: number;
  version: string;
  startedMs: number;
  /** For the control API; only the owner may read the file. */
  secret: string;
  urls: { aws: string; control: string };
  directory: string;
  environmentFile: string;
  kubeconfig: string;
  /** Name of the EKS cluster. */
  clusterName: string;
  target: TargetFacts;
}

type AccountFacts = Omit<AccountAccess, 'credentials'>;

/** A target as JSON; credentials are in the directory's own AWS and Azure files. */
interface TargetFacts extends Omit<Target, 'accounts' | 'azure'> {
  accounts: { local: AccountFacts; external?: AccountFacts };
  azure: { subscription: string };
}

const fileName = 'instance.json';

/** What outlives commands: `MESHBED_HOME`, else the user's state directory. */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { MESHBED_HOME: home, XDG_STATE_HOME: state = join(homedir(), '.local', 'state') } = environment;
  return home ?? join(state, 'meshbed');
}

/** The well-known folder of instances. */
export function instancesFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(stateFolder(environment), 'instances');
}

/** Describes a running sandbox. */
export function describeInstance(
  { target, directory, environmentFile, kubeconfig, url, control }: RunningSandbox,
  facts: Pick<Instance, 'pid' | 'version' | 'startedMs' | 'clusterName'>,
): Instance {
  const { local, external } = target.accounts;
  const accounts = { local: factsOf(local), ...(external ? { external: factsOf(external) } : {}) };
  return {
    ...facts,
    name: basename(directory),
    urls: { aws: url, control: control.url },
    secret: control.secret,
    directory,
    environmentFile,
    kubeconfig,
    target: { ...target, accounts, azure: { subscription: target.azure?.subscription ?? '' } },
  };
}

const factsOf = ({ credentials: _, ...facts }: AccountAccess): AccountFacts => facts;

/** Written aside and renamed, so that nobody reads half of it. It goes with the directory. */
export function writeInstance(instance: Instance): void {
  const file = join(instance.directory, fileName);
  writeFileSync(`${file}.new`, `${JSON.stringify(instance, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export const heartbeatMs = 5000;
/** Missed beats of a busy machine don't matter. */
const oldAfterMs = 12 * heartbeatMs;

/** The heartbeat: the time of the file says when the process was last seen by itself. */
export function touchInstance({ directory }: Instance): void {
  const now = systemClock.now() / 1000;
  unlessAbsent(() => utimesSync(join(directory, fileName), now, now));
}

export function heartbeatIsOld({ directory }: Instance): boolean {
  const { mtimeMs } = unlessAbsent(() => statSync(join(directory, fileName))) ?? { mtimeMs: 0 };
  return systemClock.now() - mtimeMs > oldAfterMs;
}

/** All instances in the well-known folder, the newest first, whether they still run or not. */
export function listInstances(folder: string = instancesFolder()): Instance[] {
  const directories = unlessAbsent(() => readdirSync(folder)) ?? [];
  const found = directories.flatMap((name) => readInstance(join(folder, name)) ?? []);
  return found.toSorted((a, b) => b.startedMs - a.startedMs);
}

/** The sandbox that was started last and still runs. */
export function newestInstance(folder: string = instancesFolder()): Instance | undefined {
  return listInstances(folder).find(isRunning);
}

/** undefined when there is no instance in the directory, or none that is complete. */
export function readInstance(directory: string): Instance | undefined {
  const text = unlessAbsent(() => readFileSync(join(directory, fileName), 'utf8'));
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Instance);
  } catch {
    return undefined;
  }
}

/**
 * The instance that `latest`, a name or a directory means.
 * @throws MeshbedError `user/no-instance` when none is there, `environment/instance-gone` when it doesn't run any more
 */
export function findInstance(wanted: string, folder: string = instancesFolder()): Instance {
  const running = listInstances(folder).filter(isRunning);
  const found =
    wanted === 'latest' ? running[0] : (running.find(({ name }) => name === wanted) ?? readInstance(resolve(wanted)));
  if (!found) {
    const names = running.map(({ name }) => name);
    const choice =
      names.length === 0 ? 'start one: meshbed sandbox up -d' : `choose latest or one of: ${names.join(', ')}`;
    const next = [wanted === 'latest' ? '' : suggestion(wanted, ['latest', ...names]), choice]
      .filter((part) => part !== '')
      .join(' ');
    throw new MeshbedError('user/no-instance', `there is no sandbox ${wanted}`, { next });
  }
  if (isRunning(found)) return found;
  throw new MeshbedError('environment/instance-gone', `the sandbox in ${found.directory} does not run any more`, {
    object: `process ${found.pid}`,
    next: 'start another one: meshbed sandbox up -d',
  });
}

/** Whether its process exists; the number may be another's by now, which only the control port tells. */
export function isRunning({ pid }: Pick<Instance, 'pid'>): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function unlessAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

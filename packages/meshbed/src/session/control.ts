import { rmSync } from 'node:fs';
import { findCause, MeshbedError } from '@meshbed/core';
import { controlClient, type ControlClient } from '@meshbed/sandbox/control';
import { heartbeatIsOld, type Instance, instancesFolder, isRunning, listInstances } from './instance.ts';

export const controlOf = ({ urls, secret }: Pick<Instance, 'urls' | 'secret'>): ControlClient =>
  controlClient({ url: urls.control, secret });

/** Whether the instance itself answers, not only some process with its number. */
export async function answers(instance: Instance): Promise<boolean> {
  return (await probe(instance)) === 'answers';
}

/** `gone`: nobody listens there; `silent`: somebody does, but it is not the instance, or it hangs. */
async function probe(instance: Instance): Promise<'answers' | 'silent' | 'gone'> {
  return controlOf(instance)
    .info()
    .then(
      () => 'answers',
      (error: unknown) => (findCause(error, MeshbedError)?.code === 'environment/sandbox-gone' ? 'gone' : 'silent'),
    );
}

/** Removes what processes left that were killed. Returns the names. */
export async function removeStale(folder: string = instancesFolder()): Promise<string[]> {
  const found = await Promise.all(
    listInstances(folder).map(async (instance) => ((await isStale(instance)) ? [instance] : [])),
  );
  for (const { directory } of found.flat()) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  return found.flat().map(({ name }) => name);
}

/** The number of its process may be another's by now: then its heart has stopped, and nobody listens any more. */
async function isStale(instance: Instance): Promise<boolean> {
  if (!isRunning(instance)) return true;
  return heartbeatIsOld(instance) && (await probe(instance)) === 'gone';
}

import { MeshbedError } from '@meshbed/core';
import { nameOf, type Reference } from './manifest.ts';

/** Adds the object's name to what the server answered. */
export async function readable<T>(reference: Reference, verb: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new MeshbedError('cloud/kubernetes', `can't ${verb} ${nameOf(reference)}`, { cause });
  }
}

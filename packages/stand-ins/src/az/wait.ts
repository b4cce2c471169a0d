import { findCause, MeshbedError, ready, until, waiting } from '@meshbed/core';
import { text, type Values } from './arguments.ts';
import { AzFailure } from './failure.ts';
import type { Session } from './session.ts';

interface Waited {
  properties?: { provisioningState?: string };
}

const conditions: Readonly<Record<string, (found: Waited | undefined) => boolean>> = {
  created: (found) => found?.properties?.provisioningState === 'Succeeded',
  updated: (found) => found?.properties?.provisioningState === 'Succeeded',
  deleted: (found) => found === undefined,
  exists: (found) => found !== undefined,
};
const usual = { interval: 30, timeout: 3600 };

/** `az … wait --created`, by the state that the resource shows. @throws AzFailure when that never comes */
export async function waitFor(
  { clock }: Session,
  values: Values,
  look: () => Promise<Waited | undefined>,
): Promise<undefined> {
  const wanted = Object.entries(conditions).filter(([name]) => values[name]);
  if (wanted.length === 0)
    throw new AzFailure('incorrect usage: --created | --updated | --deleted | --exists | --custom JMESPATH');
  const seconds = (name: keyof typeof usual) => Number(text(values, name) ?? usual[name]);
  const pause = seconds('interval') * 1000;
  try {
    await until(
      async () => {
        const found = await look();
        if (found?.properties?.provisioningState === 'Failed') throw new AzFailure('The operation failed.');
        return wanted.every(([, holds]) => holds(found)) ? ready(true) : waiting('not yet');
      },
      {
        clock,
        what: 'state',
        timeoutMs: seconds('timeout') * 1000,
        backoff: { firstMs: pause, factor: 1, maxMs: pause },
      },
    );
  } catch (error) {
    if (findCause(error, MeshbedError)?.code !== 'cloud/timeout') throw error;
    throw new AzFailure(`Wait operation timed-out after ${seconds('timeout')} seconds`);
  }
  return undefined;
}

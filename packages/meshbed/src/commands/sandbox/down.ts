import { MeshbedError, ready, systemClock, until, waiting } from '@meshbed/core';
import { answers, controlOf } from '../../session/control.ts';
import { findInstance, isRunning } from '../../session/instance.ts';

const endsWithinMs = 30_000;

/** `sandbox down`: ends a sandbox, with everything in it, and waits until nothing of it is left. */
export async function downCommand(wanted = 'latest'): Promise<void> {
  const instance = findInstance(wanted);
  if (!(await answers(instance))) {
    throw new MeshbedError('environment/instance-silent', `the sandbox ${instance.name} does not answer`, {
      object: `process ${instance.pid}`,
      likely: 'it hangs, or its process number belongs to another program by now',
      next: `look at process ${instance.pid}; then remove ${instance.directory}`,
    });
  }
  await controlOf(instance).stop();
  await until(async () => (isRunning(instance) ? waiting('it is stopping') : ready(true)), {
    clock: systemClock,
    what: `end of sandbox ${instance.name}`,
    timeoutMs: endsWithinMs,
  });
  process.stdout.write(`Sandbox ${instance.name} has ended.\n`);
}

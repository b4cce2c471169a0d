import { answers } from '../../session/control.ts';
import { listInstances, removeStale } from '../../session/instance.ts';

/** `sandbox status`: which sandboxes run. What is left of killed ones is removed, and named. */
export async function statusCommand(): Promise<void> {
  const removed = removeStale();
  const instances = listInstances();
  const lines = await Promise.all(
    instances.map(async (instance) => {
      const state = (await answers(instance)) ? 'running' : 'does not answer';
      const started = new Date(instance.startedMs).toISOString();
      return `${instance.name}  ${state}, process ${instance.pid}, since ${started}, ${instance.urls.aws}`;
    }),
  );
  const gone = removed.map((name) => `${name}  had ended without cleaning up; its directory was removed`);
  const none = instances.length === 0 ? ['No sandbox is running; start one: meshbed sandbox up -d'] : [];
  process.stdout.write(`${[...lines, ...gone, ...none].join('\n')}\n`);
}

import { answers, removeStale } from '../../session/control.ts';
import { type Instance, listInstances } from '../../session/instance.ts';

export interface StatusFlags {
  json?: boolean;
}

/** `sandbox status`: which sandboxes run. What is left of killed ones is removed, and named. */
export async function statusCommand({ json }: StatusFlags): Promise<void> {
  const removed = await removeStale();
  const instances = await Promise.all(
    listInstances().map(async (instance) => ({ instance, answers: await answers(instance) })),
  );
  process.stdout.write(json ? `${JSON.stringify({ instances: instances.map(facts), removed }, null, 2)}\n` : table());

  function table(): string {
    const lines = instances.map(({ instance, answers: running }) => {
      const started = new Date(instance.startedMs).toISOString();
      const state = running ? 'running' : 'does not answer';
      return `${instance.name}  ${state}, process ${instance.pid}, since ${started}, ${instance.urls.aws}`;
    });
    const gone = removed.map((name) => `${name}  had ended without cleaning up; its directory was removed`);
    const none = instances.length === 0 ? ['No sandbox is running; start one: meshbed sandbox up -d'] : [];
    return `${[...lines, ...gone, ...none].join('\n')}\n`;
  }
}

/** For programs; the secret stays in the locator file. */
function facts({ instance, answers: running }: { instance: Instance; answers: boolean }) {
  const { secret: _, target, ...facts } = instance;
  const { accounts, region } = target;
  return { ...facts, state: running ? 'running' : 'silent', region, accounts };
}

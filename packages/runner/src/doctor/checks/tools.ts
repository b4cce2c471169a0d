import type { Check, Doctoring, Noted, ToolMachine } from '../types.ts';

const installIstioctl = 'install the istioctl with ECS support, and set ISTIOCTL to its path';

/** The distribution with ECS support, of the version that is installed. */
export const istioctl: Check = {
  id: 'istioctl',
  class: 'environment',
  async look({ configuration: { istioctl: path, istioTag }, target, machine }) {
    if (target === 'sandbox' && path === undefined)
      return [{ verdict: 'ok', object: 'istioctl', says: 'the sandbox brings its own' }];
    const command = path ?? 'istioctl';
    const version = await machine.run([command, 'version', '--remote=false']);
    if (!version) return [{ verdict: 'problem', object: command, says: 'it is not there', fix: installIstioctl }];
    const found = /(\d+\.\d+\.\d+[\w.-]*)/.exec(version.output)?.[1];
    return [versionFinding(command, found, istioTag), await ecsFinding(command, machine)];
  },
};

function versionFinding(object: string, found: string | undefined, wanted: string): Noted {
  if (found === wanted) return { verdict: 'ok', object, says: `version ${found}, as ISTIO_TAG` };
  const says = `version ${found ?? 'unknown'}, but ISTIO_TAG is ${wanted}`;
  const fix = found === undefined ? installIstioctl : `set ISTIO_TAG=${found}, or install istioctl ${wanted}`;
  return { verdict: minor(found) === minor(wanted) ? 'warning' : 'problem', object, says, fix };
}

const minor = (version = '') => version.split('.').slice(0, 2).join('.');

async function ecsFinding(object: string, machine: ToolMachine): Promise<Noted> {
  const help = await machine.run([object, 'ecs', 'add-service', '--help']);
  const supported = help?.code === 0 && /service-account/.test(help.output);
  if (supported) return { verdict: 'ok', object, says: 'it can enrol ECS services' };
  return { verdict: 'problem', object, says: 'it has no command ecs add-service', fix: installIstioctl };
}

interface Tool {
  command: readonly string[];
  /** For what it is there. */
  use: string;
  needed: (scene: Doctoring) => boolean;
  /** Absent: in every scenario. */
  where?: (scene: Doctoring) => boolean;
}

const tools: readonly Tool[] = [
  {
    command: ['curl', '--version'],
    use: 'calls from the workloads of the sandbox',
    needed: ({ target }) => target === 'sandbox',
  },
  { command: ['kubectl', 'version', '--client'], use: 'looking around in the clusters', needed: () => false },
  { command: ['aws', '--version'], use: 'logging in and looking around in the accounts', needed: () => false },
  {
    command: ['az', 'version', '--output', 'tsv'],
    use: 'logging in to Azure',
    needed: () => false,
    where: ({ scenario }) => scenario.kubernetes.includes('aks'),
  },
];

export const otherTools: Check = {
  id: 'tools',
  class: 'environment',
  look: (scene) =>
    Promise.all(
      tools
        .filter(({ where }) => where?.(scene) ?? true)
        .map(async ({ command, use, needed }): Promise<Noted> => {
          const [object = ''] = command;
          const found = await scene.machine.run(command);
          const version = /\d+\.\d+(\.\d+)?/.exec(found?.output ?? '')?.[0];
          if (found?.code === 0) return { verdict: 'ok', object, says: `version ${version ?? 'unknown'}` };
          const fix = `install ${object}: it is for ${use}`;
          if (needed(scene)) return { verdict: 'problem', object, says: 'it is not there', fix };
          return { verdict: 'warning', object, says: 'it is not there; meshbed itself does without', fix };
        }),
    ),
};

export const node: Check = {
  id: 'node',
  class: 'environment',
  look: async ({ machine }) => [{ verdict: 'ok', object: 'node', says: `version ${machine.nodeVersion}` }],
};

export const ports: Check = {
  id: 'ports',
  class: 'environment',
  async look({ machine }) {
    const object = '127.0.0.1';
    try {
      await machine.listen();
      return [{ verdict: 'ok', object, says: 'free ports can be listened on and reached' }];
    } catch (error) {
      const says = `a free port can't be listened on and reached: ${String(error)}`;
      return [{ verdict: 'problem', object, says, fix: 'let programs of this machine use the loopback interface' }];
    }
  },
};

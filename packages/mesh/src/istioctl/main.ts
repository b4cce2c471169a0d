import { text as readAll } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { describeError, exitCodeOf, MeshbedError } from '@meshbed/core';
import type { KubeApi } from '@meshbed/kube-client';
import { type CommandContext, type CommandInput, connectKube } from './context.ts';
import { helpOf, refuseForeignFlags } from './help.ts';

/** Runs one command; an Error becomes a message on standard error. */
type Command = (input: CommandInput) => Promise<void>;

/** Commands by their words; the longest match wins. Each loads only what it needs. */
const commands: Record<string, () => Promise<Command>> = {
  version: async () => (await import('./version.ts')).version,
  install: async () => (await import('./install/index.ts')).install,
  uninstall: async () => (await import('./install/uninstall.ts')).uninstall,
  'multicluster expose': async () => (await import('./expose.ts')).expose,
  'create-remote-secret': async () => (await import('./remote-secret/index.ts')).createRemoteSecret,
  'remote-clusters': async () => (await import('./remote-clusters.ts')).remoteClusters,
  'ecs add-service': async () => (await import('./ecs/add-service.ts')).addService,
  'ecs list-roles': async () => (await import('./ecs/list-roles.ts')).listRoles,
  'ztunnel-config services': async () => (await import('./ztunnel-config/index.ts')).services,
  'ztunnel-config workloads': async () => (await import('./ztunnel-config/index.ts')).workloads,
  'ztunnel-config policies': async () => (await import('./ztunnel-config/index.ts')).policies,
  'waypoint generate': async () => (await import('./waypoint/index.ts')).generate,
  'waypoint apply': async () => (await import('./waypoint/index.ts')).apply,
  'waypoint delete': async () => (await import('./waypoint/index.ts')).remove,
  'waypoint list': async () => (await import('./waypoint/index.ts')).list,
  'waypoint status': async () => (await import('./waypoint/index.ts')).status,
  'ztunnel-config certificates': async () => (await import('./ztunnel-config/index.ts')).certificates,
};

const aliases: Record<string, string> = {
  zc: 'ztunnel-config',
  service: 'services',
  workload: 'workloads',
  policy: 'policies',
  certificate: 'certificates',
  certs: 'certificates',
  s: 'services',
  svc: 'services',
  w: 'workloads',
  mc: 'multicluster',
};

const options = {
  context: { type: 'string' },
  kubeconfig: { type: 'string' },
  istioNamespace: { type: 'string', short: 'i' },
  filename: { type: 'string', short: 'f', multiple: true },
  set: { type: 'string', multiple: true },
  yes: { type: 'boolean', short: 'y' },
  'skip-confirmation': { type: 'boolean' },
  namespace: { type: 'string', short: 'n' },
  name: { type: 'string' },
  server: { type: 'string' },
  wait: { type: 'boolean' },
  'wait-timeout': { type: 'string' },
  'readiness-timeout': { type: 'string' },
  remote: { type: 'string' },
  short: { type: 'string', short: 's' },
  output: { type: 'string', short: 'o' },
  node: { type: 'string' },
  file: { type: 'string' },
  cluster: { type: 'string' },
  'service-account': { type: 'string' },
  external: { type: 'boolean' },
  profile: { type: 'string' },
  platform: { type: 'string' },
  hostname: { type: 'string' },
  ports: { type: 'string' },
  all: { type: 'boolean' },
  purge: { type: 'boolean' },
  'service-namespace': { type: 'string' },
  'workload-namespace': { type: 'string' },
  'policy-namespace': { type: 'string' },
  'workload-node': { type: 'string' },
  address: { type: 'string' },
  for: { type: 'string' },
  revision: { type: 'string', short: 'r' },
  'enroll-namespace': { type: 'boolean' },
  overwrite: { type: 'boolean' },
  'all-namespaces': { type: 'boolean', short: 'A' },
  help: { type: 'boolean', short: 'h' },
} as const;

const usage = `istioctl of the meshbed sandbox: the sub-commands that its scenarios use.

  istioctl version
  istioctl install -y -f FILE|-
  istioctl uninstall --purge -y
  istioctl multicluster expose [--namespace NS] [--wait]
  istioctl create-remote-secret [--name CLUSTER] [--server URL]
  istioctl remote-clusters
  istioctl ecs add-service SERVICE --cluster C [--namespace NS] [--service-account SA] [--external] [--profile P]
  istioctl ecs list-roles [--all]
  istioctl ztunnel-config services|workloads|policies|certificates [POD[.NS]] [--node N] [-o short|json|yaml]
  istioctl waypoint generate|apply|delete|list|status [--namespace NS]

Every command takes --context and --kubeconfig, and says more with --help.
`;

/** @returns the exit code */
export async function main(argv: readonly string[], context: CommandContext): Promise<number> {
  try {
    const { values, positionals } = parse(argv.flatMap(withValue));
    if (positionals.length === 0 || (values['help'] && !isCommand(positionals))) {
      context.write(usage);
      return 0;
    }
    const { name, load, words } = find(positionals);
    if (values['help']) {
      context.write(helpOf(name) ?? usage);
      return 0;
    }
    refuseForeignFlags(name, Object.keys(values));
    const command = await load();
    const readInput = context.readInput ?? (() => readAll(process.stdin));
    await using connection = lazily(() => connectKube(context, values));
    await command({ flags: values, words, context: { ...context, readInput }, kube: () => connection.value });
    return 0;
  } catch (error) {
    context.writeError(`Error: ${describeError(error)}\n`);
    return exitCodeOf(error) === 70 ? 1 : exitCodeOf(error);
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new MeshbedError('user/argument', (error as Error).message, { next: 'istioctl --help' });
  }
}

/** Flags that have a value, but may be given without one; the others may be given with one, as `--wait=true`. */
const implied: Readonly<Record<string, string>> = {
  '--remote': '--remote=true',
  '--short': '--short=true',
  '-s': '--short=true',
};
function withValue(argument: string): string[] {
  const [, name = '', value] = /^--([\w-]+)=(true|false)$/.exec(argument) ?? [];
  const isFlag = Object.entries(options).some(([option, { type }]) => option === name && type === 'boolean');
  if (isFlag) return value === 'true' ? [`--${name}`] : [];
  return [implied[argument] ?? argument];
}

const namesOf = (positionals: readonly string[]) => positionals.slice(0, 2).map((word) => aliases[word] ?? word);

const isCommand = (positionals: readonly string[]) =>
  [2, 1].some((length) => namesOf(positionals).slice(0, length).join(' ') in commands);

function find(positionals: readonly string[]) {
  for (const length of [2, 1]) {
    const name = namesOf(positionals).slice(0, length).join(' ');
    const load = commands[name];
    if (load) return { name, load, words: positionals.slice(length) };
  }
  throw new MeshbedError('user/command', `unknown command "${positionals.join(' ')}" for "istioctl"`, {
    likely: 'the istioctl of the sandbox has only the sub-commands that its scenarios use',
    next: 'istioctl --help',
  });
}

function lazily(make: () => Promise<KubeApi>): { readonly value: Promise<KubeApi> } & AsyncDisposable {
  let made: Promise<KubeApi> | undefined;
  return {
    get value() {
      return (made ??= make());
    },
    async [Symbol.asyncDispose]() {
      (await made?.catch(() => undefined))?.[Symbol.dispose]();
    },
  };
}

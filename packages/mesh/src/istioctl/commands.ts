import { MeshbedError } from '@meshbed/core';
import type { CommandInput } from './context.ts';

/** Runs one command; an Error becomes a message on standard error. @returns an exit code other than 0 */
export type Command = (input: CommandInput) => Promise<number | void>;

export interface CommandRow {
  /** What follows `istioctl`. */
  usage: string;
  about: string;
  /** Flags of its own; those that every command has are below. */
  flags: readonly string[];
  /** Each command loads only what it needs. */
  load: () => Promise<Command>;
}

const commonFlags = ['context', 'kubeconfig', 'namespace', 'istioNamespace', 'help'] as const;

/** `-f` is the short form of --filename elsewhere. */
const dump = ['file', 'filename', 'node', 'output'] as const;
const dumpUsage = '[POD[.NS]] [--node N] [-f DUMP|-]';
const waypoint = ['name', 'for', 'revision'] as const;
const enrolment = ['service-account', 'external', 'platform'] as const;

/** Commands by their words. */
export const commands: Readonly<Record<string, CommandRow>> = {
  version: {
    usage: 'version [--remote=false] [--short=false] [-o json|yaml]',
    about: 'Prints the versions of this command, the control plane and the proxies.',
    flags: ['remote', 'short', 'output'],
    load: async () => (await import('./version.ts')).version,
  },
  install: {
    usage: 'install -y [-f FILE|-]... [--set PATH=VALUE]... [--readiness-timeout 5m]',
    about: 'Installs an ambient mesh from IstioOperator documents, and waits until every component is ready.',
    flags: ['filename', 'set', 'yes', 'skip-confirmation', 'readiness-timeout'],
    load: async () => (await import('./install/index.ts')).install,
  },
  uninstall: {
    usage: 'uninstall --purge -y',
    about: 'Removes what install applied, with the kinds of the mesh and their objects.',
    flags: ['purge', 'yes', 'skip-confirmation'],
    load: async () => (await import('./install/uninstall.ts')).uninstall,
  },
  'proxy-status': {
    usage: 'proxy-status [POD[.NS]] [-o table|json] [-v 0|1]',
    about: 'Lists the proxies that istiod serves, and with -v 1 whether they have what it sent last.',
    flags: ['output', 'verbosity'],
    load: async () => (await import('./proxy-status.ts')).proxyStatus,
  },
  'x precheck': {
    usage: 'x precheck',
    about: 'Looks whether a mesh can be installed in the cluster.',
    flags: [],
    load: async () => (await import('./precheck.ts')).precheck,
  },
  analyze: {
    usage: 'analyze [FILE...] [--namespace NS|-A] [--use-kube=false] [-o log|json|yaml] [--suppress CODE=RESOURCE]',
    about: 'Looks for what is probably wrong in the configuration. Exits with 79 when there is an error among it.',
    flags: [
      'all-namespaces',
      'output',
      'use-kube',
      'failure-threshold',
      'output-threshold',
      'suppress',
      'list-analyzers',
    ],
    load: async () => (await import('./analyze/index.ts')).analyze,
  },
  bootstrap: {
    usage: 'bootstrap [--namespace NS] [--service-account SA] [--external] [--platform ecs]',
    about: 'Prints the token with which a ztunnel outside of the cluster finds istiod; it holds no secret.',
    flags: enrolment,
    load: async () => (await import('./ecs/bootstrap.ts')).bootstrap,
  },
  'multicluster expose': {
    usage: 'multicluster expose [--namespace NS] [--wait] [--wait-timeout 10m]',
    about: 'Makes the east-west gateway, through which other networks and ECS tasks reach this cluster.',
    flags: ['wait', 'wait-timeout'],
    load: async () => (await import('./expose.ts')).expose,
  },
  'create-remote-secret': {
    usage: 'create-remote-secret [--name CLUSTER] [--server URL]',
    about: 'Prints the secret with which the istiods of other clusters read this one.',
    flags: ['name', 'server'],
    load: async () => (await import('./remote-secret/index.ts')).createRemoteSecret,
  },
  'remote-clusters': {
    usage: 'remote-clusters',
    about: 'Lists the clusters that each istiod reads.',
    flags: [],
    load: async () => (await import('./remote-clusters.ts')).remoteClusters,
  },
  'ecs add-service': {
    usage: 'ecs add-service SERVICE --cluster C [--namespace NS] [--service-account SA] [--external] [--profile P]',
    about: 'Puts the tasks of an ECS service into the mesh. Doing it twice changes nothing.',
    flags: ['cluster', 'profile', 'hostname', 'ports', ...enrolment],
    load: async () => (await import('./ecs/add-service.ts')).addService,
  },
  'ecs list-roles': {
    usage: 'ecs list-roles [--all]',
    about: 'Lists which AWS roles stand for which service accounts.',
    flags: ['all'],
    load: async () => (await import('./ecs/list-roles.ts')).listRoles,
  },
  'ztunnel-config all': {
    usage: `ztunnel-config all ${dumpUsage} [--with-headers] [-o short|json|yaml]`,
    about: 'Prints workloads, services, policies, certificates and open connections of a ztunnel.',
    flags: [...dump, 'with-headers'],
    load: async () => (await import('./ztunnel-config/index.ts')).all,
  },
  'ztunnel-config services': {
    usage: `ztunnel-config services ${dumpUsage} [--service-namespace NS] [-o short|json|yaml]`,
    about: 'Prints the services that a ztunnel knows.',
    flags: [...dump, 'service-namespace'],
    load: async () => (await import('./ztunnel-config/index.ts')).services,
  },
  'ztunnel-config workloads': {
    usage: `ztunnel-config workloads ${dumpUsage} [--workload-namespace NS] [--workload-node N] [--address IP] [-o short|json|yaml]`,
    about: 'Prints the workloads that a ztunnel knows.',
    flags: [...dump, 'workload-namespace', 'workload-node', 'address'],
    load: async () => (await import('./ztunnel-config/index.ts')).workloads,
  },
  'ztunnel-config policies': {
    usage: `ztunnel-config policies ${dumpUsage} [--policy-namespace NS] [-o short|json|yaml]`,
    about: 'Prints the authorization policies that a ztunnel knows.',
    flags: [...dump, 'policy-namespace'],
    load: async () => (await import('./ztunnel-config/index.ts')).policies,
  },
  'ztunnel-config certificates': {
    usage: `ztunnel-config certificates ${dumpUsage} [-o short|json|yaml]`,
    about: 'Prints the certificates that a ztunnel holds.',
    flags: dump,
    load: async () => (await import('./ztunnel-config/index.ts')).certificates,
  },
  'ztunnel-config connections': {
    usage: `ztunnel-config connections ${dumpUsage} [--direction inbound|outbound] [--workload-namespace NS] [--raw] [-o short|json|yaml]`,
    about: 'Prints the open connections of a dump. The ztunnel of the sandbox tells none; its access log has them all.',
    flags: [...dump, 'direction', 'workload-namespace', 'raw'],
    load: async () => (await import('./ztunnel-config/index.ts')).connections,
  },
  'waypoint generate': {
    usage: 'waypoint generate [--name NAME] [--for service|workload|all|none] [--revision R] [--namespace NS]',
    about: 'Prints the Gateway of a waypoint.',
    flags: waypoint,
    load: async () => (await import('./waypoint/index.ts')).generate,
  },
  'waypoint apply': {
    usage: 'waypoint apply [--name NAME] [--for service|workload|all|none] [--enroll-namespace [--overwrite]] [--wait]',
    about: 'Applies the Gateway of a waypoint. The sandbox has no waypoint proxies: layer 7 policies have no effect.',
    flags: [...waypoint, 'enroll-namespace', 'overwrite', 'wait'],
    load: async () => (await import('./waypoint/index.ts')).apply,
  },
  'waypoint delete': {
    usage: 'waypoint delete [NAME...|--all] [--namespace NS]',
    about: 'Deletes waypoints of a namespace.',
    flags: ['all'],
    load: async () => (await import('./waypoint/index.ts')).remove,
  },
  'waypoint list': {
    usage: 'waypoint list [--namespace NS] [--all-namespaces|-A]',
    about: 'Lists waypoints.',
    flags: ['all-namespaces'],
    load: async () => (await import('./waypoint/index.ts')).list,
  },
  'waypoint status': {
    usage: 'waypoint status [NAME] [--namespace NS]',
    about: 'Prints the conditions of waypoints.',
    flags: [],
    load: async () => (await import('./waypoint/index.ts')).status,
  },
};

const aliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ps: 'proxy-status',
    zc: 'ztunnel-config',
    service: 'services',
    workload: 'workloads',
    policy: 'policies',
    certificate: 'certificates',
    connection: 'connections',
    certs: 'certificates',
    cert: 'certificates',
    s: 'services',
    svc: 'services',
    w: 'workloads',
    p: 'policies',
    mc: 'multicluster',
    experimental: 'x',
  }),
);

/** What a command line names: a command with what follows its words, or a group with nothing after it. */
export type Found = { name: string; row: CommandRow; words: string[] } | { group: string; commands: string[] };

/** @throws MeshbedError `user/command` that names the unknown command and the known ones */
export function findCommand(positionals: readonly string[]): Found {
  const names = positionals.slice(0, 2).map((word) => aliases.get(word) ?? word);
  for (const length of [2, 1]) {
    const name = names.slice(0, length).join(' ');
    const row = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (row) return { name, row, words: positionals.slice(length) };
  }
  // Most of what was experimental once has its own name by now, and can still be called so.
  if (names[0] === 'x' && names[1] !== undefined) return findCommand(positionals.slice(1));
  const group = names[0] ?? '';
  const inGroup = Object.keys(commands).filter((name) => name.startsWith(`${group} `));
  if (inGroup.length > 0 && names.length === 1) return { group, commands: inGroup };
  const known = inGroup.length > 0 ? inGroup : [...new Set(Object.keys(commands).map((name) => name.split(' ')[0]))];
  const [unknown, parent] =
    inGroup.length > 0 ? [positionals[1], `istioctl ${group}`] : [positionals[0] ?? '', 'istioctl'];
  throw new MeshbedError('user/command', `unknown command "${unknown}" for "${parent}"`, {
    likely: `the istioctl of the sandbox has: ${known.join(', ')}`,
    next: `${parent} --help`,
  });
}

/** What `--help` says of a command. */
export function helpOf({ usage, about, flags: own }: CommandRow): string {
  const flags = [...own, ...commonFlags].map((flag) => `--${flag}`);
  return `${about}\n\nUsage:\n  istioctl ${usage}\n\nFlags: ${flags.join(', ')}\n`;
}

/** What `--help` says of a group of commands, or of all. */
export function helpOfMany(names: readonly string[] = Object.keys(commands)): string {
  const lines = names.map((name) => `  istioctl ${commands[name]?.usage}\n`);
  return `${lines.join('')}\nEvery command takes --context and --kubeconfig, and says more with --help.\n`;
}

/** @throws MeshbedError `user/argument` for a flag that other commands have. */
export function refuseForeignFlags(name: string, { flags }: CommandRow, given: readonly string[]): void {
  const known: readonly string[] = [...flags, ...commonFlags];
  const foreign = given.find((flag) => !known.includes(flag));
  if (foreign === undefined) return;
  throw new MeshbedError('user/argument', `unknown flag: --${foreign}`, { next: `istioctl ${name} --help` });
}

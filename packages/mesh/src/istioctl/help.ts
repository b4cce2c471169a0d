import { MeshbedError } from '@meshbed/core';

export interface CommandHelp {
  /** What follows `istioctl`. */
  usage: string;
  about: string;
  /** Flags of its own; those that every command has are below. */
  flags: readonly string[];
}

export const commonFlags = ['context', 'kubeconfig', 'namespace', 'istioNamespace', 'help'] as const;

/** `-f` is the short form of --filename elsewhere. */
const dump = ['file', 'filename', 'node', 'output'] as const;
const waypoint = ['name', 'for', 'revision'] as const;

/** What `--help` says of a command, and which flags it has. */
export const help: Readonly<Record<string, CommandHelp>> = {
  version: {
    usage: 'version [--remote=false] [--short=false] [-o json|yaml]',
    about: 'Prints the versions of this command, the control plane and the proxies.',
    flags: ['remote', 'short', 'output'],
  },
  install: {
    usage: 'install -y [-f FILE|-]... [--set PATH=VALUE]... [--readiness-timeout 5m]',
    about: 'Installs an ambient mesh from IstioOperator documents, and waits until every component is ready.',
    flags: ['filename', 'set', 'yes', 'skip-confirmation', 'readiness-timeout'],
  },
  uninstall: {
    usage: 'uninstall --purge -y',
    about: 'Removes what install applied, with the kinds of the mesh and their objects.',
    flags: ['purge', 'yes', 'skip-confirmation'],
  },
  'multicluster expose': {
    usage: 'multicluster expose [--namespace NS] [--wait] [--wait-timeout 10m]',
    about: 'Makes the east-west gateway, through which other networks and ECS tasks reach this cluster.',
    flags: ['wait', 'wait-timeout'],
  },
  'ecs add-service': {
    usage: 'ecs add-service SERVICE --cluster C [--namespace NS] [--service-account SA] [--external] [--profile P]',
    about: 'Puts the tasks of an ECS service into the mesh. Doing it twice changes nothing.',
    flags: ['cluster', 'service-account', 'external', 'profile', 'platform', 'hostname', 'ports'],
  },
  'ecs list-roles': {
    usage: 'ecs list-roles [--all]',
    about: 'Lists which AWS roles stand for which service accounts.',
    flags: ['all'],
  },
  'ztunnel-config services': {
    usage: 'ztunnel-config services [POD[.NS]] [--node N] [-f DUMP|-] [--service-namespace NS] [-o short|json|yaml]',
    about: 'Prints the services that a ztunnel knows.',
    flags: [...dump, 'service-namespace'],
  },
  'ztunnel-config workloads': {
    usage:
      'ztunnel-config workloads [POD[.NS]] [--node N] [-f DUMP|-] [--workload-namespace NS] [--workload-node N] [--address IP] [-o short|json|yaml]',
    about: 'Prints the workloads that a ztunnel knows.',
    flags: [...dump, 'workload-namespace', 'workload-node', 'address'],
  },
  'ztunnel-config policies': {
    usage: 'ztunnel-config policies [POD[.NS]] [--node N] [-f DUMP|-] [--policy-namespace NS] [-o short|json|yaml]',
    about: 'Prints the authorization policies that a ztunnel knows.',
    flags: [...dump, 'policy-namespace'],
  },
  'ztunnel-config certificates': {
    usage: 'ztunnel-config certificates [POD[.NS]] [--node N] [-f DUMP|-] [-o short|json|yaml]',
    about: 'Prints the certificates that a ztunnel holds.',
    flags: dump,
  },
  'waypoint generate': {
    usage: 'waypoint generate [--name NAME] [--for service|workload|all|none] [--revision R] [--namespace NS]',
    about: 'Prints the Gateway of a waypoint.',
    flags: waypoint,
  },
  'waypoint apply': {
    usage: 'waypoint apply [--name NAME] [--for service|workload|all|none] [--enroll-namespace [--overwrite]] [--wait]',
    about: 'Applies the Gateway of a waypoint. The sandbox has no waypoint proxies: layer 7 policies have no effect.',
    flags: [...waypoint, 'enroll-namespace', 'overwrite', 'wait'],
  },
  'waypoint delete': {
    usage: 'waypoint delete [NAME...|--all] [--namespace NS]',
    about: 'Deletes waypoints of a namespace.',
    flags: ['all'],
  },
  'waypoint list': {
    usage: 'waypoint list [--namespace NS] [--all-namespaces|-A]',
    about: 'Lists waypoints.',
    flags: ['all-namespaces'],
  },
  'waypoint status': {
    usage: 'waypoint status [NAME] [--namespace NS]',
    about: 'Prints the conditions of waypoints.',
    flags: [],
  },
};

export function helpOf(name: string): string | undefined {
  const found = help[name];
  if (!found) return undefined;
  const flags = [...found.flags, ...commonFlags].map((flag) => `--${flag}`);
  return `${found.about}\n\nUsage:\n  istioctl ${found.usage}\n\nFlags: ${flags.join(', ')}\n`;
}

/** @throws MeshbedError `user/argument` for a flag that other commands have. */
export function refuseForeignFlags(name: string, given: readonly string[]): void {
  const found = help[name];
  const known: readonly string[] = [...(found?.flags ?? []), ...commonFlags];
  const foreign = found && given.find((flag) => !known.includes(flag));
  if (foreign === undefined) return;
  throw new MeshbedError('user/argument', `unknown flag: --${foreign}`, { next: `istioctl ${name} --help` });
}

import type { ParseArgsConfig } from 'node:util';
import { MeshbedError } from '@meshbed/core';
import type { Call } from '../context.ts';

export type Command = (call: Call) => Promise<void>;
export type Options = NonNullable<ParseArgsConfig['options']>;

export interface Row {
  usage: string;
  options: Options;
  load: () => Promise<Command>;
}

const text = (short?: string) => ({ type: 'string' as const, ...(short === undefined ? {} : { short }) });
const flag = (short?: string) => ({ type: 'boolean' as const, ...(short === undefined ? {} : { short }) });

/** Every command has these. */
export const common: Options = {
  'config-file': text('f'),
  region: text('r'),
  profile: text('p'),
  timeout: text(),
  verbose: text('v'),
  color: text('C'),
  help: flag('h'),
};

const kubeconfig: Options = { kubeconfig: text() };
const sizes: Options = { nodes: text('N'), 'nodes-min': text('m'), 'nodes-max': text('M') };

export const rows: Readonly<Record<string, Row>> = {
  'create cluster': {
    usage: 'create cluster [NAME] | -f FILE|-',
    options: {
      ...kubeconfig,
      name: text('n'),
      version: text(),
      ...sizes,
      'node-type': text('t'),
      'nodegroup-name': text(),
      zones: text(),
      tags: text(),
      'with-oidc': flag(),
      'without-nodegroup': flag(),
      managed: flag(),
      'node-private-networking': flag('P'),
      'node-volume-size': text(),
      'vpc-cidr': text(),
      'vpc-nat-mode': text(),
      'write-kubeconfig': text(),
      'set-kubeconfig-context': text(),
    },
    load: async () => (await import('./create-cluster/index.ts')).createCluster,
  },
  'delete cluster': {
    usage: 'delete cluster [NAME] [--wait]',
    options: {
      ...kubeconfig,
      name: text('n'),
      wait: flag('w'),
      force: flag(),
      'disable-nodegroup-eviction': flag(),
      parallel: text(),
    },
    load: async () => (await import('./delete-cluster/index.ts')).deleteCluster,
  },
  'get cluster': {
    usage: 'get cluster [NAME] [-o table|json|yaml]',
    options: { name: text('n'), output: text('o') },
    load: async () => (await import('./clusters.ts')).getCluster,
  },
  'create nodegroup': {
    usage: 'create nodegroup --cluster NAME [--name NAME] [--nodes COUNT] | -f FILE|-',
    options: {
      cluster: text(),
      name: text('n'),
      ...sizes,
      'node-type': text('t'),
      'node-private-networking': flag('P'),
      'node-volume-size': text(),
      'node-zones': text(),
      'node-labels': text(),
      managed: flag(),
      spot: flag(),
    },
    load: async () => (await import('./node-groups/create.ts')).createNodeGroup,
  },
  'delete nodegroup': {
    usage: 'delete nodegroup --cluster NAME --name NAME [--wait] | -f FILE|- --approve',
    options: {
      cluster: text(),
      name: text('n'),
      wait: flag('w'),
      drain: flag(),
      approve: flag(),
      'disable-eviction': flag(),
    },
    load: async () => (await import('./node-groups/delete.ts')).deleteNodeGroup,
  },
  'get nodegroup': {
    usage: 'get nodegroup --cluster NAME [-o table|json|yaml]',
    options: { cluster: text(), name: text('n'), output: text('o') },
    load: async () => (await import('./node-groups/get.ts')).getNodeGroups,
  },
  'scale nodegroup': {
    usage: 'scale nodegroup --cluster NAME --name NAME --nodes COUNT',
    options: {
      cluster: text(),
      name: text('n'),
      ...sizes,
      wait: flag('w'),
    },
    load: async () => (await import('./node-groups/scale.ts')).scaleNodeGroup,
  },
  'create addon': {
    usage:
      'create addon --cluster NAME --name NAME [--version V] [--service-account-role-arn ARN] [--wait] | -f FILE|-',
    options: {
      cluster: text(),
      name: text('n'),
      version: text(),
      'service-account-role-arn': text(),
      force: flag(),
      wait: flag('w'),
      tags: text(),
    },
    load: async () => (await import('./addons/create.ts')).createAddon,
  },
  'get addon': {
    usage: 'get addon --cluster NAME [--name NAME] [-o table|json|yaml]',
    options: { cluster: text(), name: text('n'), output: text('o') },
    load: async () => (await import('./addons/get.ts')).getAddons,
  },
  'delete addon': {
    usage: 'delete addon --cluster NAME --name NAME [--preserve]',
    options: { cluster: text(), name: text('n'), preserve: flag() },
    load: async () => (await import('./addons/delete.ts')).deleteAddon,
  },
  'create podidentityassociation': {
    usage:
      'create podidentityassociation --cluster NAME --namespace NS --service-account-name SA (--role-arn ARN | --permission-policy-arns ARN,ARN [--role-name NAME]) | -f FILE|-',
    options: {
      cluster: text(),
      namespace: text(),
      'service-account-name': text(),
      'role-arn': text(),
      'role-name': text(),
      'permission-policy-arns': text(),
      'permission-boundary-arn': text(),
      'create-service-account': flag(),
      tags: text(),
    },
    load: async () => (await import('./identities/create.ts')).createPodIdentity,
  },
  'get podidentityassociation': {
    usage:
      'get podidentityassociation --cluster NAME [--namespace NS] [--service-account-name SA] [-o table|json|yaml]',
    options: { cluster: text(), namespace: text(), 'service-account-name': text(), output: text('o') },
    load: async () => (await import('./identities/get.ts')).getPodIdentities,
  },
  'delete podidentityassociation': {
    usage: 'delete podidentityassociation --cluster NAME --namespace NS --service-account-name SA | -f FILE|-',
    options: { cluster: text(), namespace: text(), 'service-account-name': text() },
    load: async () => (await import('./identities/delete.ts')).deletePodIdentity,
  },
  'create accessentry': {
    usage: 'create accessentry --cluster NAME --principal-arn ARN [--kubernetes-groups G,G] [--type T] | -f FILE|-',
    options: {
      cluster: text(),
      'principal-arn': text(),
      'kubernetes-groups': text(),
      'kubernetes-username': text(),
      type: text(),
    },
    load: async () => (await import('./access-entries/create.ts')).createAccessEntry,
  },
  'get accessentry': {
    usage: 'get accessentry --cluster NAME [--principal-arn ARN] [-o table|json|yaml]',
    options: { cluster: text(), 'principal-arn': text(), output: text('o') },
    load: async () => (await import('./access-entries/get.ts')).getAccessEntries,
  },
  'delete accessentry': {
    usage: 'delete accessentry --cluster NAME --principal-arn ARN | -f FILE|-',
    options: { cluster: text(), 'principal-arn': text() },
    load: async () => (await import('./access-entries/delete.ts')).deleteAccessEntry,
  },
  'utils write-kubeconfig': {
    usage: 'utils write-kubeconfig --cluster NAME [--kubeconfig FILE]',
    options: { ...kubeconfig, cluster: text('c'), 'set-kubeconfig-context': text() },
    load: async () => (await import('./utils/write-kubeconfig.ts')).writeKubeconfig,
  },
  'utils associate-iam-oidc-provider': {
    usage: 'utils associate-iam-oidc-provider --cluster NAME --approve',
    options: { cluster: text('c'), approve: flag() },
    load: async () => (await import('./utils/oidc-provider.ts')).associateProvider,
  },
  version: {
    usage: 'version [-o json]',
    options: { output: text('o') },
    load: async () => (await import('./version.ts')).printVersion,
  },
};

const aliases: ReadonlyMap<string, string> = new Map([
  ['clusters', 'cluster'],
  ['nodegroups', 'nodegroup'],
  ['ng', 'nodegroup'],
  ['addons', 'addon'],
  ['podidentityassociations', 'podidentityassociation'],
  ['accessentries', 'accessentry'],
]);

/** The command that the first words name, and what follows them. @throws MeshbedError that lists the known ones */
export function findRow(argv: readonly string[]): { row: Row; rest: string[] } {
  const words = argv.slice(0, 2).filter((word) => !word.startsWith('-'));
  const names = words.map((word) => aliases.get(word) ?? word);
  for (const length of [2, 1]) {
    const name = names.slice(0, length).join(' ');
    if (names.length >= length && Object.hasOwn(rows, name))
      return { row: rows[name] as Row, rest: argv.slice(length) };
  }
  const ofVerb = Object.keys(rows).filter((name) => name.startsWith(`${names[0]} `));
  const known = ofVerb.length > 0 ? ofVerb : Object.keys(rows);
  throw new MeshbedError(
    'user/argument',
    `unknown command "${words.join(' ')}" for "eksctl": not supported by this sandbox`,
    { next: `commands here: ${known.join(', ')}` },
  );
}

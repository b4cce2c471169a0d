import type { Cluster } from '@aws-sdk/client-eks';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Aws } from '../aws.ts';
import { type Call, log, textFlag } from '../context.ts';

interface Named {
  name: string;
  [member: string]: unknown;
}

interface Kubeconfig {
  clusters?: Named[] | null;
  users?: Named[] | null;
  contexts?: Named[] | null;
  'current-context'?: string;
  [member: string]: unknown;
}

const lists = ['clusters', 'users', 'contexts'] as const;

const fileOf = ({ context, flags }: Call) =>
  textFlag(flags, 'kubeconfig') ??
  (context.env['KUBECONFIG'] || join(homedir(), '.kube', 'config')).split(delimiter)[0] ??
  '';

function read({ context }: Call, file: string): Kubeconfig {
  try {
    return (parse(context.readFile(file)) as Kubeconfig | null) ?? {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Adds or replaces by name. */
const upsert = (list: readonly Named[] | null | undefined, entry: Named): Named[] => [
  ...(list ?? []).filter(({ name }) => name !== entry.name),
  entry,
];

/** Adds the cluster to the kubeconfig and makes it the current context, with the token that `aws` makes. */
export function saveContext(call: Call, aws: Aws, cluster: Cluster): void {
  const file = fileOf(call);
  const config = read(call, file);
  const host = `${cluster.name}.${aws.region}.eksctl.io`;
  const user = `${aws.caller}@${host}`;
  const entry = { server: cluster.endpoint, 'certificate-authority-data': cluster.certificateAuthority?.data };
  const updated: Kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    preferences: {},
    ...config,
    clusters: upsert(config.clusters, { name: host, cluster: entry }),
    users: upsert(config.users, { name: user, user: { exec: execOf(call, aws, cluster) } }),
    contexts: upsert(config.contexts, { name: user, context: { cluster: host, user } }),
    ...(call.flags['set-kubeconfig-context'] === 'false' ? {} : { 'current-context': user }),
  };
  call.context.writeFile(file, stringify(updated));
  log(call.context, 'done', `saved kubeconfig as "${file}"`);
}

function execOf({ context, flags }: Call, { region }: Aws, { name }: Cluster): object {
  const profile = textFlag(flags, 'profile') ?? context.env['AWS_PROFILE'];
  return {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: ['eks', 'get-token', '--output', 'json', '--cluster-name', name, '--region', region],
    env: [
      { name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' },
      ...(profile === undefined ? [] : [{ name: 'AWS_PROFILE', value: profile }]),
    ],
    provideClusterInfo: false,
  };
}

/** Takes what `saveContext` wrote out again. */
export function removeContext(call: Call, { region }: Aws, cluster: string): void {
  const file = fileOf(call);
  const config = read(call, file);
  const host = `${cluster}.${region}.eksctl.io`;
  const isOf = ({ name }: Named) => name === host || name.endsWith(`@${host}`);
  if (!lists.some((list) => (config[list] ?? []).some(isOf))) return;
  const left = Object.fromEntries(lists.map((list) => [list, (config[list] ?? []).filter((entry) => !isOf(entry))]));
  const current = config['current-context'] ?? '';
  call.context.writeFile(
    file,
    stringify({ ...config, ...left, 'current-context': current.endsWith(`@${host}`) ? '' : current }),
  );
  log(call.context, 'done', 'kubeconfig has been updated');
}

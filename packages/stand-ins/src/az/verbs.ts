import { listAccounts, login, setAccount, showAccount } from './accounts.ts';
import type { Options, Values } from './arguments.ts';
import { createCluster, deleteCluster, listClusters, listPools, showCluster, waitForCluster } from './clusters.ts';
import { createGroup, deleteGroup, groupExists, listGroups, showGroup, waitForGroup } from './groups.ts';
import type { Columns } from './output.ts';
import type { Session } from './session.ts';

export interface Verb {
  options: Options;
  run: (session: Session, values: Values) => Promise<unknown>;
  columns?: Columns;
}

const name = { type: 'string', short: 'n' } as const;
const group = { type: 'string', short: 'g' } as const;
const location = { type: 'string', short: 'l' } as const;
const yes = { type: 'boolean', short: 'y' } as const;
const flag = { type: 'boolean' } as const;
const value = { type: 'string' } as const;
const words = { type: 'string', multiple: true } as const;

const inGroup = { name, 'resource-group': group };
const groupColumns = { Name: 'name', Location: 'location', Status: 'properties.provisioningState' };
const clusterColumns = {
  Name: 'name',
  Location: 'location',
  ResourceGroup: 'resourceGroup',
  KubernetesVersion: 'kubernetesVersion',
  CurrentKubernetesVersion: 'currentKubernetesVersion',
  ProvisioningState: 'provisioningState',
  Fqdn: 'fqdn',
};

const poolColumns = {
  Name: 'name',
  OsType: 'osType',
  KubernetesVersion: 'orchestratorVersion',
  VmSize: 'vmSize',
  Count: 'count',
  MaxPods: 'maxPods',
  ProvisioningState: 'provisioningState',
  Mode: 'mode',
};
const accountColumns = {
  Name: 'name',
  CloudName: 'cloudName',
  SubscriptionId: 'id',
  TenantId: 'tenantId',
  State: 'state',
  IsDefault: 'isDefault',
};
const waits = { created: flag, updated: flag, deleted: flag, exists: flag, interval: value, timeout: value };

/** What scripts of scenario 4 call, with the options that they use. */
export const verbs: Readonly<Record<string, Verb>> = {
  login: {
    options: {
      'service-principal': flag,
      username: { type: 'string', short: 'u' },
      password: { type: 'string', short: 'p' },
      tenant: { type: 'string', short: 't' },
      'allow-no-subscriptions': flag,
    },
    run: login,
  },
  'account show': { options: { name, subscription: { type: 'string', short: 's' } }, run: showAccount },
  'account set': { options: { name, subscription: { type: 'string', short: 's' } }, run: setAccount },
  'account list': { options: { all: flag, refresh: flag }, run: listAccounts, columns: accountColumns },
  'group create': { options: { ...inGroup, location, tags: words }, run: createGroup },
  'group show': { options: inGroup, run: showGroup },
  'group list': { options: { tag: value }, run: listGroups, columns: groupColumns },
  'group exists': { options: inGroup, run: groupExists },
  'group delete': { options: { ...inGroup, yes, 'no-wait': flag }, run: deleteGroup },
  'group wait': { options: { ...inGroup, ...waits }, run: waitForGroup },
  'aks create': {
    options: {
      ...inGroup,
      location,
      'node-count': { type: 'string', short: 'c' },
      'node-vm-size': { type: 'string', short: 's' },
      'kubernetes-version': { type: 'string', short: 'k' },
      'dns-name-prefix': { type: 'string', short: 'p' },
      'nodepool-name': value,
      'network-plugin': value,
      'vnet-subnet-id': value,
      'enable-managed-identity': flag,
      'generate-ssh-keys': flag,
      'no-ssh-key': flag,
      'ssh-key-value': value,
      zones: { type: 'string', short: 'z', multiple: true },
      tags: words,
      'no-wait': flag,
      yes,
    },
    run: createCluster,
    columns: clusterColumns,
  },
  'aks show': { options: inGroup, run: showCluster, columns: clusterColumns },
  'aks list': { options: { 'resource-group': group }, run: listClusters, columns: clusterColumns },
  'aks delete': { options: { ...inGroup, yes, 'no-wait': flag }, run: deleteCluster },
  'aks wait': { options: { ...inGroup, ...waits }, run: waitForCluster },
  'aks nodepool list': {
    options: { 'cluster-name': value, 'resource-group': group },
    run: listPools,
    columns: poolColumns,
  },
  'aks get-credentials': {
    options: {
      ...inGroup,
      admin: { type: 'boolean', short: 'a' },
      file: { type: 'string', short: 'f' },
      context: value,
      'overwrite-existing': flag,
    },
    // Its code reads YAML, which the others do without.
    run: async (session, values) => (await import('./credentials.ts')).getCredentials(session, values),
  },
};

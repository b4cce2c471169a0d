import { createHash } from 'node:crypto';
import { MeshbedError } from '@meshbed/core';
import { type Call, type Flags, textFlag } from '../../context.ts';
import { checked } from '../../config/read.ts';
import type { ClusterConfig, NodeGroup } from '../../config/types.ts';
import { listFlag, numberFlag, pairsFlag } from '../flags.ts';
import { oneName } from '../names.ts';

/** Flags that say what a config file says too. */
const described = [
  'name',
  'version',
  'nodes',
  'nodes-min',
  'nodes-max',
  'node-type',
  'nodegroup-name',
  'zones',
  'tags',
  'with-oidc',
  'without-nodegroup',
  'node-private-networking',
  'node-volume-size',
  'vpc-cidr',
  'vpc-nat-mode',
  'managed',
] as const;

/** @throws MeshbedError when a config file and flags would both describe the cluster */
export function refuseBoth({ flags, words }: Pick<Call, 'flags' | 'words'>): void {
  const both = described.find((flag) => flags[flag] !== undefined);
  if (both === undefined && words.length === 0) return;
  throw new MeshbedError('user/argument', `cannot use --${both ?? 'name'} when --config-file/-f is set`);
}

/** A config from flags, as workshops start a cluster without a file. */
export function configFromFlags(call: Pick<Call, 'flags' | 'words'>): ClusterConfig {
  const { flags } = call;
  const name = oneName('name', call);
  const [version, cidr, gateway] = ['version', 'vpc-cidr', 'vpc-nat-mode'].map((flag) => textFlag(flags, flag));
  const zones = textFlag(flags, 'zones');
  return checked({
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name, ...(version === undefined ? {} : { version }), tags: pairsFlag(flags, 'tags') },
    ...(zones === undefined ? {} : { availabilityZones: zones.split(',') }),
    vpc: { ...(cidr === undefined ? {} : { cidr }), nat: gateway === undefined ? {} : { gateway } },
    iam: { withOIDC: flags['with-oidc'] === true },
    managedNodeGroups: flags['without-nodegroup'] ? [] : [nodeGroupFromFlags(name, flags, 'nodegroup-name')],
  });
}

/** A node group as flags describe it; without a name it gets one. */
export function nodeGroupFromFlags(cluster: string, flags: Flags, nameFlag: string): NodeGroup {
  const [desired, smallest, largest, volume] = ['nodes', 'nodes-min', 'nodes-max', 'node-volume-size'].map((flag) =>
    numberFlag(flags, flag),
  );
  const type = textFlag(flags, 'node-type');
  const zones = listFlag(flags, 'node-zones');
  return {
    name: textFlag(flags, nameFlag) ?? `ng-${createHash('sha256').update(cluster).digest('hex').slice(0, 8)}`,
    ...(type === undefined ? {} : { instanceType: type }),
    ...(desired === undefined ? {} : { desiredCapacity: desired }),
    ...(smallest === undefined ? {} : { minSize: smallest }),
    ...(largest === undefined ? {} : { maxSize: largest }),
    ...(volume === undefined ? {} : { volumeSize: volume }),
    privateNetworking: flags['node-private-networking'] === true,
    ...(zones === undefined ? {} : { availabilityZones: zones }),
    ...(flags['node-labels'] === undefined ? {} : { labels: pairsFlag(flags, 'node-labels') }),
    ...(flags['spot'] ? { spot: true } : {}),
  };
}

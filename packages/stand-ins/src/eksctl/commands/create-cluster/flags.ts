import { createHash } from 'node:crypto';
import { MeshbedError } from '@meshbed/core';
import { type Call, type Flags, textFlag } from '../../context.ts';
import { checked } from '../../config/read.ts';
import type { ClusterConfig, NodeGroup } from '../../config/types.ts';
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
    metadata: { name, ...(version === undefined ? {} : { version }), tags: tagsOf(textFlag(flags, 'tags')) },
    ...(zones === undefined ? {} : { availabilityZones: zones.split(',') }),
    vpc: { ...(cidr === undefined ? {} : { cidr }), nat: gateway === undefined ? {} : { gateway } },
    iam: { withOIDC: flags['with-oidc'] === true },
    managedNodeGroups: flags['without-nodegroup'] ? [] : [nodeGroup(name, flags)],
  });
}

function nodeGroup(cluster: string, flags: Flags): NodeGroup {
  const [desired, smallest, largest, volume] = ['nodes', 'nodes-min', 'nodes-max', 'node-volume-size'].map((flag) =>
    numberFlag(flags, flag),
  );
  const type = textFlag(flags, 'node-type');
  return {
    name: textFlag(flags, 'nodegroup-name') ?? `ng-${createHash('sha256').update(cluster).digest('hex').slice(0, 8)}`,
    ...(type === undefined ? {} : { instanceType: type }),
    ...(desired === undefined ? {} : { desiredCapacity: desired }),
    ...(smallest === undefined ? {} : { minSize: smallest }),
    ...(largest === undefined ? {} : { maxSize: largest }),
    ...(volume === undefined ? {} : { volumeSize: volume }),
    privateNetworking: flags['node-private-networking'] === true,
  };
}

/** @throws MeshbedError when it is no whole number */
export function numberFlag(flags: Flags, name: string): number | undefined {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new MeshbedError('user/argument', `invalid argument "${text}" for "--${name}" flag: not a whole number`);
}

/** `a=b,c=d` */
function tagsOf(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new MeshbedError('user/argument', `invalid argument "${pair}" for "--tags" flag: it must be KEY=VALUE`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

import type { Cluster } from '@aws-sdk/client-eks';
import { type Aws, connectAws } from '../aws.ts';
import type { ClusterConfig } from '../config/types.ts';
import type { Call } from '../context.ts';
import { stackNames } from '../stacks/names.ts';
import { findStack } from '../stacks/work.ts';
import { describeCluster } from './clusters.ts';
import { configOf, oneName } from './names.ts';

/** The cluster that a command is about, which must be there. */
export interface Target extends Disposable {
  aws: Aws;
  cluster: Cluster;
  name: string;
  /** Of `-f`, if it was given. */
  file: ClusterConfig | undefined;
}

/** By `--cluster` or a config file. @throws MeshbedError when there is no such cluster */
export async function targetOf(call: Call): Promise<Target> {
  const file = await configOf(call);
  const name = oneName('cluster', { ...call, words: [] }, file?.metadata.name);
  const aws = await connectAws(call, file?.metadata.region);
  const cluster = await describeCluster(aws, name).catch((error: unknown) => {
    aws[Symbol.dispose]();
    throw error;
  });
  return { aws, cluster, name, file, [Symbol.dispose]: () => aws[Symbol.dispose]() };
}

/** What a config file would say of a cluster that is there, as far as its stack tells. */
export async function configOfExisting({ aws, name, file }: Target): Promise<ClusterConfig> {
  if (file) return file;
  const stack = await findStack(aws, stackNames.cluster(name));
  const withOIDC = stack?.Tags?.some(
    ({ Key, Value }) => Key === 'alpha.eksctl.io/cluster-oidc-enabled' && Value === 'true',
  );
  return {
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name },
    iam: { withOIDC: withOIDC === true },
  };
}

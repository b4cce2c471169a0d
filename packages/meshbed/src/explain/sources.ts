import { createAwsClients, openProfile, type AwsClients } from '@meshbed/clients/aws';
import { readerOfKubeconfig } from '@meshbed/clients/kube';
import { MeshbedError } from '@meshbed/core';
import { defaultClusterName, openEks, type Sources } from '@meshbed/runner/explain';
import { attach } from '../session/attach.ts';
import { findInstance, type Instance, newestInstance } from '../session/instance.ts';

/** Where to read: a sandbox that runs, or clouds. */
export interface SourceFlags {
  instance?: string;
  profile?: string;
  externalProfile?: string;
  kubeconfig?: string;
  context?: string;
  region?: string;
  cluster?: string;
}

/** @throws MeshbedError `user/no-instance` when neither a sandbox runs nor a profile is named. */
export async function openSources(flags: SourceFlags): Promise<Sources & Disposable> {
  if (flags.profile !== undefined) return cloudSources({ ...flags, profile: flags.profile });
  const instance = flags.instance === undefined ? newestInstance() : findInstance(flags.instance);
  if (instance) return instanceSources(instance);
  throw new MeshbedError('user/no-instance', 'no sandbox is running, and no AWS profile is named', {
    next: 'meshbed run 1 --keep in another terminal, or name a cloud: meshbed explain --profile PROFILE …',
  });
}

async function instanceSources(instance: Instance): Promise<Sources & Disposable> {
  const { kubeconfig, clusterName } = instance;
  const { region, accounts } = attach(instance).target;
  const opened = Object.values(accounts).map(({ id, profile, credentials, endpoint = '' }) => ({
    profile,
    clients: createAwsClients({ id, region, credentials, endpoint }),
  }));
  return closing({ accounts: opened, kube: await readerOfKubeconfig({ file: kubeconfig, env: {} }), clusterName });
}

/** The account of a profile is asked for: nobody has to know its number. */
async function cloudSources(flags: SourceFlags & { profile: string }): Promise<Sources & Disposable> {
  const { profile, externalProfile, region = 'us-east-2', cluster = defaultClusterName } = flags;
  const profiles = [profile, ...(externalProfile === undefined ? [] : [externalProfile])];
  const accounts = await Promise.all(
    profiles.map(async (name) => ({ profile: name, clients: await openProfile(name, region) })),
  );
  const kube =
    flags.kubeconfig === undefined
      ? await openEks(accounts[0]?.clients as AwsClients, cluster)
      : await readerOfKubeconfig({ file: flags.kubeconfig, context: flags.context, env: process.env });
  return closing({ accounts, kube, clusterName: cluster });
}

const closing = (sources: Sources): Sources & Disposable => ({
  ...sources,
  [Symbol.dispose]() {
    for (const { clients } of sources.accounts) clients[Symbol.dispose]();
    sources.kube[Symbol.dispose]();
  },
});

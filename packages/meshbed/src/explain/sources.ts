import { configuredEndpoint, createAwsClients, openProfile, type AwsClients } from '@meshbed/clients/aws';
import { readerOfKubeconfig, type KubeReader } from '@meshbed/clients/kube';
import { openAks, openEks, type Sources } from '@meshbed/runner/explain';
import type { Target } from '@meshbed/runner';
import { configurationFor } from '../session/configuration.ts';
import { openEnvironment } from '../session/environment.ts';

/** Where to read: a sandbox that runs, or clouds. */
export interface SourceFlags extends Record<string, unknown> {
  instance?: string;
  profile?: string;
  externalProfile?: string;
  kubeconfig?: string;
  context?: string;
  cluster?: string;
}

/** @throws MeshbedError `user/no-instance` when neither a sandbox runs nor a cloud is configured or named. */
export async function openSources(flags: SourceFlags): Promise<Sources & Disposable> {
  if (flags.profile !== undefined) return ofProfiles({ ...flags, profile: flags.profile });
  const { cluster, ...given } = flags;
  const named = cluster === undefined ? {} : { clusterName: cluster };
  const loaded = configurationFor({ flags: { ...given, ...named } });
  const { target, configuration } = await openEnvironment({ loaded, instance: flags.instance });
  const { clusterName } = configuration;
  const accounts = accountsOf(target);
  const { azure } = target;
  const peer = azure && (() => openAks(azure, configuration));
  const kube = await kubeOf(flags, accounts, clusterName);
  const context = flags.context ?? (target.kind === 'sandbox' ? clusterName : contextOf(accounts, clusterName));
  return closing({ accounts, kube, clusterName, context, ...(peer && { peer }) });
}

/** As `aws eks update-kubeconfig` names it. */
function contextOf([home]: Sources['accounts'], clusterName: string): string {
  const { id = '', region = '' } = home?.clients.access ?? {};
  return `arn:aws:eks:${region}:${id}:cluster/${clusterName}`;
}

function accountsOf({ region, accounts }: Target): Sources['accounts'] {
  return Object.values(accounts).map(({ id, profile, credentials, endpoint }) => ({
    profile,
    clients: createAwsClients({ id, region, credentials, ...(endpoint === undefined ? {} : { endpoint }) }),
  }));
}

/** The account of a profile is asked for: nobody has to know its number. */
async function ofProfiles(flags: SourceFlags & { profile: string }): Promise<Sources & Disposable> {
  const { profile, externalProfile, cluster, ...given } = flags;
  const { region, clusterName } = configurationFor({ flags: given, target: 'sandbox' }).configuration;
  const profiles = [profile, ...(externalProfile === undefined ? [] : [externalProfile])];
  const accounts = await Promise.all(
    profiles.map(async (name) => {
      const endpoint = await configuredEndpoint(name, process.env);
      return { profile: name, clients: await openProfile({ profile: name, region, endpoint }) };
    }),
  );
  return closing({
    accounts,
    kube: await kubeOf(flags, accounts, cluster ?? clusterName),
    clusterName: cluster ?? clusterName,
  });
}

function kubeOf(
  { kubeconfig: file, context }: SourceFlags,
  accounts: Sources['accounts'],
  clusterName: string,
): Promise<KubeReader> {
  return file === undefined
    ? openEks(accounts[0]?.clients as AwsClients, clusterName)
    : readerOfKubeconfig({ file, context, env: process.env });
}

const closing = (sources: Sources): Sources & Disposable => ({
  ...sources,
  [Symbol.dispose]() {
    for (const { clients } of sources.accounts) clients[Symbol.dispose]();
    sources.kube[Symbol.dispose]();
  },
});

import { delimiter, join } from 'node:path';
import type { Instance } from '../../../session/instance.ts';

/** Variables of the caller that would lead tools to real clouds, or with real credentials to the sandbox. */
const leading = /^(AWS_|AZURE_|ARM_|KUBE|MESHBED_INSTANCE$)|_proxy$/i;

interface Inside {
  target: { accounts: Instance['target']['accounts']; azure: { subscription: string } };
  clusterName: string;
}

/** The caller's environment as commands inside may have it: commands of the sandbox come first on the PATH. */
export function insideEnvironment(
  { target: { accounts, azure }, clusterName }: Inside,
  { bin, inherited }: { bin: string; inherited: NodeJS.ProcessEnv },
): Record<string, string> {
  const kept = Object.entries(inherited).filter(([name]) => !leading.test(name));
  const { local, external } = accounts;
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    ...workshopNames('LOCAL', 'INT', local),
    ...(external ? workshopNames('EXTERNAL', 'EXT', external) : {}),
    CLUSTER_NAME: clusterName,
    AZURE_SUBSCRIPTION: azure.subscription,
    ISTIOCTL: join(bin, 'istioctl'),
    PATH: [bin, inherited['PATH'] ?? ''].join(delimiter),
  };
}

/** As the guides and the settings of shell files call them. */
const workshopNames = (account: string, short: string, { id, profile }: { id: string; profile: string }) => ({
  [`${account}_ACCOUNT`]: id,
  [`${account}_ACCOUNT_PROFILE`]: profile,
  [short]: profile,
});

import type { AwsAccess } from '@meshbed/clients/aws';
import type { AzureAccess } from '@meshbed/clients/azure';

/** One AWS account as the runner reaches it. */
export interface AccountAccess {
  /** Twelve digits; checked against the credentials before anything is changed. */
  id: string;
  /** Name of the AWS profile, for commands that take one. */
  profile: string;
  credentials: AwsAccess['credentials'];
  /** In place of those of AWS. */
  endpoint?: string;
}

/** Where a scenario runs. The only place that knows a sandbox from a cloud. */
export interface Target {
  kind: 'sandbox' | 'cloud';
  region: string;
  accounts: { local: AccountAccess; external?: AccountAccess };
  /** The subscription of scenario 4. */
  azure?: AzureAccess;
  istioctl: {
    /** Program and leading arguments. */
    command: readonly string[];
    /** The whole environment of the command; KUBECONFIG is added. */
    env: Readonly<Record<string, string>>;
  };
  /** A directory of the runner's own, for journals and kubeconfigs. */
  workDir: string;
  /** Multiplies every deadline: what AWS needs minutes for takes a sandbox seconds. 1 when absent. */
  patience?: number;
}

export function patienceOf({ target }: { target: Target }): number {
  return target.patience ?? 1;
}

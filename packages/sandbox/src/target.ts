import { fileURLToPath } from 'node:url';
import type { AccountProfile } from './instance/directory.ts';
import type { Sandbox } from './sandbox.ts';

const istioctl = fileURLToPath(import.meta.resolve('@meshbed/mesh/istioctl'));

/**
 * A process that lives a quarter of a second mostly loads code: room for what it allocates meanwhile, no threads that
 * collect it, and no second look at each file for the kind of module that it is.
 */
const shortLived = ['--min-semi-space-size=16', '--single-threaded-gc', '--no-experimental-detect-module'];

export interface SandboxAccount {
  id: string;
  profile: string;
  credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string }>;
  endpoint: string;
}

/** What a runner needs to know about a sandbox; the same facts describe a real cloud. */
export interface SandboxTarget {
  kind: 'sandbox';
  region: string;
  accounts: { local: SandboxAccount; external: SandboxAccount };
  istioctl: { command: readonly string[]; env: Readonly<Record<string, string>> };
}

export function targetOf(sandbox: Sandbox): SandboxTarget {
  const { accounts, aws, region, environment } = sandbox;
  const access = ({ accountId, profile, accessKeyId, secretAccessKey }: AccountProfile): SandboxAccount => ({
    id: accountId,
    profile,
    credentials: () => Promise.resolve({ accessKeyId, secretAccessKey }),
    endpoint: aws.url,
  });
  return {
    kind: 'sandbox',
    region,
    accounts: { local: access(accounts.local), external: access(accounts.external) },
    istioctl: { command: [process.execPath, ...shortLived, istioctl], env: environment },
  };
}

import { type Clock, modelClock, systemClock } from '@meshbed/core';
import {
  type ControlAccess,
  createSandbox,
  targetOf,
  type Profile,
  type Sandbox,
  type SandboxOptions,
} from '@meshbed/sandbox';

import { azureAccess } from './azure.ts';
import type { Environment } from './environment.ts';

export { sandboxOptionsOf } from './sandbox-options.ts';

/** What commands need of a running sandbox. */
export interface RunningSandbox extends Environment {
  /** The instance directory. */
  directory: string;
  environmentFile: string;
  kubeconfig: string;
  url: string;
  control: ControlAccess;
  /** Resolves when another command asks the sandbox to stop; never for one that runs elsewhere. */
  stopAsked: Promise<void>;
}

/** What takes AWS minutes takes the sandbox a second or two; deadlines stay generous for busy machines. */
const patience: Record<Profile, number> = { instant: 0.3, fast: 0.3, real: 1 };

export interface SandboxChoices extends Omit<SandboxOptions, 'machine' | 'clock'> {
  /** In the profile `real` time is modelled, for runs; what people work with goes by the wall clock. */
  wallClock?: boolean;
}

/** Starts a sandbox for as long as `use` runs. Whatever happens, nothing of it is left. */
export async function withSandbox<T>(
  use: (sandbox: RunningSandbox) => Promise<T>,
  { profile = 'fast', wallClock = false, ...options }: SandboxChoices = {},
): Promise<T> {
  const { PATH = '' } = process.env;
  await using stack = new AsyncDisposableStack();
  const clock = profile === 'real' && !wallClock ? stack.use(modelClock()) : systemClock;
  // A second Ctrl-C ends the process without waiting for anything asynchronous, also while the sandbox is ending.
  const sandbox = await createSandbox({ ...options, machine: { PATH }, profile, clock });
  const removeDirectory = () => sandbox.directory[Symbol.dispose]();
  process.on('exit', removeDirectory);
  stack.defer(() => void process.off('exit', removeDirectory));
  return await use(describeSandbox(stack.use(sandbox), { clock, profile }));
}

export function describeSandbox(
  sandbox: Sandbox,
  { clock, profile }: { clock: Clock; profile: Profile } = { clock: systemClock, profile: 'fast' },
): RunningSandbox {
  const { directory, aws, control, stopAsked } = sandbox;
  const azure = azureAccess({ directory: directory.path, clock, subscription: sandbox.principals.home.subscription });
  return {
    target: { ...targetOf(sandbox), azure, workDir: directory.path, patience: patience[profile] },
    clock,
    directory: directory.path,
    environmentFile: directory.file('env.sh'),
    kubeconfig: directory.file('kubeconfig'),
    url: aws.url,
    control,
    stopAsked,
  };
}

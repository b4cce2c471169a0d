import type { Target } from '@meshbed/runner';
import { createSandbox, targetOf, type Sandbox, type SandboxOptions } from '@meshbed/sandbox';

export { sandboxOptionsOf } from './sandbox-options.ts';

/** What commands need of a running sandbox. */
export interface RunningSandbox {
  target: Target;
  /** The instance directory. */
  directory: string;
  environmentFile: string;
  kubeconfig: string;
  url: string;
}

/** What takes AWS minutes takes the sandbox a second or two; deadlines stay generous for busy machines. */
const patience = 0.3;

/** Starts a sandbox for as long as `use` runs. Whatever happens, nothing of it is left. */
export async function withSandbox<T>(
  use: (sandbox: RunningSandbox) => Promise<T>,
  options: Omit<SandboxOptions, 'machine'> = {},
): Promise<T> {
  const { PATH = '' } = process.env;
  await using stack = new AsyncDisposableStack();
  // A second Ctrl-C ends the process without waiting for anything asynchronous, also while the sandbox is ending.
  const sandbox = await createSandbox({ ...options, machine: { PATH } });
  const removeDirectory = () => sandbox.directory[Symbol.dispose]();
  process.on('exit', removeDirectory);
  stack.defer(() => void process.off('exit', removeDirectory));
  return await use(describeSandbox(stack.use(sandbox)));
}

export function describeSandbox(sandbox: Sandbox): RunningSandbox {
  const { directory, aws } = sandbox;
  return {
    target: { ...targetOf(sandbox), workDir: directory.path, patience },
    directory: directory.path,
    environmentFile: directory.file('env.sh'),
    kubeconfig: directory.file('kubeconfig'),
    url: aws.url,
  };
}

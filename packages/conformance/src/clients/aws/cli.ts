import type { Stage } from '../../stage/index.ts';
import { type Client, program } from '../client.ts';
import { type AwsRunner, CallFailed } from './step.ts';

export const awsCli: Client = {
  name: 'aws',
  inCi: true,
  install: 'apt-get install awscli, or the installer of AWS',
  find: () => program('aws', ['--version'], /aws-cli\/(\d+\.\d+\.\d+)/),
};

/** `CreateVpc` → `create-vpc`, `ListTaskDefinitions` → `list-task-definitions`. */
export const kebab = (name: string): string =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

/** No pager, and the session-manager-plugin of the sandbox on the PATH. */
export const environmentOf = ({ sandbox, environment }: Stage): Record<string, string> => ({
  AWS_PAGER: '',
  AWS_ENDPOINT_URL: sandbox.aws.url,
  PATH: `${sandbox.directory.bin}:${environment['PATH'] ?? ''}`,
});

/** Does steps with the AWS CLI: `--cli-input-json` carries the input, so that it says the same as the SDK's. */
export function cliRunner(stage: Stage, command: string): AwsRunner {
  const run = async (words: readonly string[], input: object, account: 'local' | 'external') => {
    const { profile } = stage.sandbox.accounts[account];
    const args = [
      ...words,
      '--cli-input-json',
      JSON.stringify(input),
      '--profile',
      profile,
      '--endpoint-url',
      stage.sandbox.aws.url,
      '--output',
      'json',
    ];
    const { code, out, error } = await stage.attempt(command, args, { environment: environmentOf(stage) });
    if (code === 0) return out.trim() === '' ? {} : (JSON.parse(out) as object);
    const [, name, message] = /An error occurred \(([\w.]+)\)[^:]*: ([^]*)/.exec(error) ?? [];
    if (name === undefined) throw new Error(`aws ${words.join(' ')}: exit code ${code}\n${error}`);
    throw new CallFailed(name, message?.trim() ?? '');
  };
  return {
    call: ({ service, operation, input, account }) => run([service, kebab(operation)], input, account),
    async wait({ service, waiter, input, account }) {
      await run([service, 'wait', kebab(waiter)], input, account);
    },
  };
}

import { join } from 'node:path';
import { createAwsClients, type AwsClients } from '@meshbed/clients/aws';
import { createAzureClient, type AzureAccess } from '@meshbed/clients/azure';
import { createIds, systemClock } from '@meshbed/core';
import { cleanUp, defaultConfiguration, type CleanupResult, type Found } from '@meshbed/runner';
import { createSandbox, type Faults } from '@meshbed/sandbox';
import { describeSandbox, type RunningSandbox } from '../session/sandbox.ts';
import { publish } from '../session/serve.ts';
import { everythingIn } from './accounts.ts';
import { createForeign } from './foreign.ts';
import { createForeignAzure, everythingInAzure } from './subscription.ts';
import { startRunner, type RunnerEnd, type RunnerOptions } from './runner-process.ts';

/** A sandbox that outlives the runners that are killed on it, with things of others in both accounts and the subscription. */
export interface Environment extends AsyncDisposable {
  running: RunningSandbox;
  aws: Record<'local' | 'external', AwsClients>;
  /** What was there before anything of ours. */
  before: Accounts;
  /** `meshbed ARGUMENTS --instance …` as a process of its own. */
  meshbed(args: readonly string[], options?: RunnerOptions): Promise<RunnerEnd>;
  everything(): Promise<Accounts>;
  /** In this process; returns also what was planned. */
  cleanUp(options?: { eks?: boolean; wait?: boolean }): Promise<CleanupResult & { planned: readonly Found[] }>;
}

export interface Accounts {
  local: string[];
  external: string[];
  azure: string[];
}

export async function createEnvironment(call?: Faults['call']): Promise<Environment> {
  await using stack = new AsyncDisposableStack();
  const { PATH = '' } = process.env;
  const sandbox = stack.use(
    await createSandbox({ machine: { PATH }, ...(call === undefined ? {} : { faults: { call } }) }),
  );
  const running = describeSandbox(sandbox);
  stack.use(publish(running, defaultConfiguration.clusterName));
  const { region, accounts } = running.target;
  const clients = ({ id, credentials, endpoint = '' }: typeof accounts.local) =>
    stack.use(createAwsClients({ id, region, credentials, endpoint }));
  const aws = { local: clients(accounts.local), external: clients(accounts.external ?? accounts.local) };
  const azure = stack.use(createAzureClient(subscriptionOf(running), { clock: systemClock }));
  await Promise.all([...Object.values(aws).map(createForeign), createForeignAzure(azure)]);
  const everything = async () => ({
    local: await everythingIn(aws.local),
    external: await everythingIn(aws.external),
    azure: await everythingInAzure(azure),
  });
  const before = await everything();
  const owned = stack.move();
  return {
    running,
    aws,
    before,
    everything,
    meshbed: (args, options) =>
      startRunner([...args, '--instance', running.directory], { home: join(running.directory, 'state'), ...options }),
    cleanUp: (options = {}) => cleanIn(running, options),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function subscriptionOf({ target }: RunningSandbox): AzureAccess {
  if (target.azure) return target.azure;
  throw new Error('the sandbox has no subscription');
}

async function cleanIn({ target }: RunningSandbox, { eks = true, wait = true }: { eks?: boolean; wait?: boolean }) {
  let planned: readonly Found[] = [];
  const result = await cleanUp({
    configuration: defaultConfiguration,
    target,
    clock: systemClock,
    ids: createIds(),
    signal: new AbortController().signal,
    eks,
    wait,
    confirm: async ({ items }) => ((planned = items), true),
    onEvent() {},
  });
  return { ...result, planned };
}

import type { Configuration, StepId } from '@meshbed/runner';
import { systemClock } from '@meshbed/core';
import { defaultConfiguration, examine, scenarioNumbered } from '@meshbed/runner';
import { ArmError, type AzureFaults } from '@meshbed/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { everythingIn } from '../recovery/accounts.ts';
import { createWorld, type Ended, mustPass, type World } from './world.ts';

const login: readonly StepId[] = ['cloud_login', 'eks_cluster'];
const azure = (change: Partial<Configuration['azure']>) => ({ azure: { ...defaultConfiguration.azure, ...change } });

let world: World;
let fault: AzureFaults | undefined;
/** Everything in the AWS account, EKS among it. */
let aws: string[];

beforeAll(async () => {
  world = await createWorld(undefined, '4', { azureFaults: (change) => fault?.(change) });
  await mustPass(world.run({ steps: login, tests: [], selection: { to: 'eks_cluster' } }));
  aws = await everythingIn(world.aws);
});
afterAll(() => world[Symbol.asyncDispose]());

const withAks = (configuration: Partial<Configuration>): Promise<Ended> =>
  world.run({ steps: [...login, 'aks_cluster'], tests: [], selection: { to: 'aks_cluster' }, configuration });

test.each<[string, Partial<Configuration>, StepId, RegExp[]]>([
  ['a region that does not exist', azure({ region: 'eastuss' }), 'cloud_login', [/eastuss/, /did you mean eastus\?/, /AZURE_REGION/]],
  ['more nodes than the quota', azure({ nodeCount: 11 }), 'aks_cluster', [/InsufficientVCPUQuota/, /quota 20, requested quota 22/, /AKS_NODE_COUNT/]],
  ['a size that does not exist', azure({ nodeSize: 'Standard_Z9' }), 'aks_cluster', [/VM size of Standard_Z9/]],
])('%s: says so, and AWS is as it was', async (_, configuration, step, says) => {
  const { outcomes, failures } = await withAks(configuration);
  expect(outcomes[step]).toBe('failed');
  for (const words of says) expect(failures[step]).toMatch(words);
  expect(await everythingIn(world.aws)).toEqual(aws);
}); // prettier-ignore

test('an operation that Azure gives up: its words, AWS as it was; the next run goes on from there', async () => {
  fault = ({ when, method, id }) =>
    when === 'operation' && method === 'PUT' && id.endsWith('/istio-aks')
      ? new ArmError(409, 'OverconstrainedAllocationRequest', 'no room for the machines')
      : undefined;
  const failed = await withAks({});
  expect(failed.outcomes).toMatchObject({ eks_cluster: 'unchanged', aks_cluster: 'failed' });
  expect(failed.failures['aks_cluster']).toContain('OverconstrainedAllocationRequest: no room for the machines');
  fault = undefined;
  const resumed = await withAks({});
  expect(resumed.outcomes).toMatchObject({ cloud_login: 'unchanged', eks_cluster: 'unchanged', aks_cluster: 'done' });
  expect(resumed.changes).toEqual(['update AKS cluster istio-aks']);
  expect(await everythingIn(world.aws)).toEqual(aws);
});

test.each<[string, Partial<Configuration>, string, string]>([
  ['more nodes than the quota', azure({ nodeCount: 11 }), 'Total Regional vCPUs in eastus', 'AKS_NODE_COUNT'],
  ['a size that does not exist', azure({ nodeSize: 'Standard_Z9' }), 'VM size Standard_Z9', 'AKS_NODE_VM_SIZE'],
  ['a region that does not exist', azure({ region: 'eastuss' }), 'Azure subscription', 'AZURE_REGION'],
  ['a cluster of others', { clusterName: 'another' }, 'AKS cluster istio-aks', 'AKS_CLUSTER_NAME'],
])('doctor: %s is a problem with its fix', async (_, configuration, object, fix) => {
  const findings = await examine({
    configuration: { ...defaultConfiguration, ...configuration },
    scenario: scenarioNumbered('4'),
    clock: systemClock,
    machine: { nodeVersion: 'v26.0.0', listen: async () => undefined, run: async () => undefined },
    target: { ...world.target, workDir: world.sandbox.directory.path },
  });
  const problems = findings.filter(({ verdict }) => verdict === 'problem');
  expect(problems.map((each) => `${each.object} ${each.fix}`).join()).toMatch(new RegExp(`${object}.*${fix}`));
});

test('done: another run changes nothing', async () => {
  const { outcome, changes } = await withAks({});
  expect([outcome, changes]).toEqual(['passed', []]);
});

// The mesh of a topology: EKS and Istio by the steps of scenario 1, everything else by the clouds' APIs directly.
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { createAwsClients, type AwsClients } from '@meshbed/clients/aws';
import { createIstioctl } from '@meshbed/clients/istioctl';
import { createIds, systemClock } from '@meshbed/core';
import { fromKubeconfig } from '@meshbed/kube-client';
import { defaultConfiguration, runScenario, scenarioNumbered } from '@meshbed/runner';
import { createSandbox, type Sandbox, targetOf } from '@meshbed/sandbox';
import { istioOperator } from '../../../packages/runner/src/steps/istio-install/operator.ts';
import { type Account, createMember, logGroup, meshFacts } from './members.ts';
import { eksNetwork, type Network, newNetwork, peer } from './networks.ts';
import { discoveryRole, letAssume, taskRole } from './roles.ts';
import { domainOf, type Topology } from './topology.ts';

const { clusterName } = defaultConfiguration;
const istiodRole = `istiod-eks-ecs-${clusterName}`;

export async function createWorld({
  furtherAccounts: further,
  members,
}: Topology): Promise<AsyncDisposable & { sandbox: Sandbox }> {
  await using stack = new AsyncDisposableStack();
  const { PATH = '' } = process.env;
  const sandbox = stack.use(await createSandbox({ machine: { PATH }, accounts: { further }, seed: 'scaling' }));
  await installIstio(sandbox);
  const clients = Object.values(sandbox.accounts).map((account) => stack.use(clientsOf(sandbox, account)));
  const [first] = clients;
  if (!first) throw new Error('no account');
  const networks = await connectedNetworks(first, clients.slice(1));
  const arn = `arn:aws:iam::${first.access.id}:role/${istiodRole}`;
  const discovery = await Promise.all(clients.map((aws) => discoveryRole(aws, arn)));
  await letAssume(first, istiodRole, discovery);
  await discover(sandbox, discovery);
  const prepared = await Promise.all(networks.map(prepareAccount));
  const kube = stack.use(await fromKubeconfig(sandbox.directory.file('kubeconfig'), { env: {} }));
  const mesh = await meshFacts(kube);
  for (const member of members) {
    const account = prepared[member.account];
    if (account) await createMember(mesh, member, account);
  }
  return Object.assign(stack.move(), { sandbox });
}

async function installIstio(sandbox: Sandbox): Promise<void> {
  const problems: string[] = [];
  const { outcome } = await runScenario({
    scenario: scenarioNumbered('1'),
    configuration: defaultConfiguration,
    target: { ...targetOf(sandbox), workDir: sandbox.directory.path },
    clock: systemClock,
    ids: createIds('scaling'),
    signal: new AbortController().signal,
    selection: { to: 'istio_verify' },
    onEvent: (event) => 'failure' in event && event.failure && problems.push(event.failure.text),
  });
  if (outcome !== 'passed') throw new Error(`Istio could not be installed: ${problems[0]}`);
}

function clientsOf({ aws, region }: Sandbox, { accountId, ...credentials }: Sandbox['accounts'][string]): AwsClients {
  const { accessKeyId, secretAccessKey } = credentials;
  return createAwsClients({
    id: accountId,
    region,
    endpoint: aws.url,
    credentials: () => Promise.resolve({ accessKeyId, secretAccessKey }),
  });
}

async function connectedNetworks(first: AwsClients, others: readonly AwsClients[]): Promise<Network[]> {
  const networks = [await eksNetwork(first, clusterName)];
  for (const [at, aws] of others.entries()) {
    const network = await newNetwork(aws, at + 1);
    for (const other of networks) await peer(network, other);
    networks.push(network);
  }
  return networks;
}

async function prepareAccount(network: Network): Promise<Account> {
  await network.aws.logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
  return { network, taskRole: await taskRole(network.aws) };
}

/** Installs Istio once more, now with every account. */
async function discover(sandbox: Sandbox, roles: readonly string[]): Promise<void> {
  const accounts = roles.map((role, at) => ({ role, domain: domainOf(at) }));
  const { command, env } = targetOf(sandbox).istioctl;
  const istioctl = createIstioctl({ command: [...command], env });
  await istioctl.run(['install', '-y', '-f', '-'], {
    input: istioOperator(defaultConfiguration, { membership: { network: 'eks', multicluster: undefined }, accounts }),
  });
}

import { join } from 'node:path';
import { expect } from 'vitest';
import type { Case, Found } from '../../case.ts';
import { awsCli, cliRunner, environmentOf } from '../../clients/aws/cli.ts';
import { perform } from '../../clients/aws/perform.ts';
import type { Stage } from '../../stage/index.ts';
import { runningService, serviceGone } from './containers.ts';
import { variablesFor } from './variables.ts';

type CliCase = Omit<Case, 'client'>;

const n = 'exec';
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
});

/** ECS Exec as an operator types it: the CLI starts the session-manager-plugin of the sandbox. */
async function execute(stage: Stage, { command }: Found): Promise<void> {
  const variables = variablesFor(stage, n);
  const runner = cliRunner(stage, command);
  await perform(runner, runningService, variables);
  const task = variables.get('task') ?? '';
  const inTask = (words: string, input?: string) =>
    stage.attempt(
      command,
      [
        'ecs',
        'execute-command',
        '--cluster',
        `${n}-ecs`,
        '--task',
        task,
        '--container',
        'shell',
        '--interactive',
        '--command',
        words,
        '--endpoint-url',
        stage.sandbox.aws.url,
      ],
      { input, environment: environmentOf(stage) },
    );
  const said = await inTask("sh -c 'echo hello; exit 3'");
  expect(said).toMatchObject({
    code: 0,
    out: expect.stringMatching(/Starting session with SessionId: [^]*hello\r\n[^]*Exiting session/),
  });
  const typed = await inTask('/bin/sh', 'echo one-$((1+1))\nexit\n');
  expect(typed.out).toContain('one-2\r\n');
  await perform(runner, serviceGone, variables);
}

/** What eksctl does with a cluster that is there, one after the other; exit code and output. */
const onCluster: readonly [line: string, said: RegExp][] = [
  [
    'create nodegroup --cluster made --name extra --nodes 1 --node-zones us-east-2a',
    /^0 [^]*"extra" has its nodes ready/,
  ],
  ['create nodegroup --cluster made --name extra', /^1 [^]*"extra" already exists/],
  ['create nodegroup --cluster made --name far --node-zones us-east-2z', /^1 [^]*no subnet in us-east-2z/],
  ['get nodegroup --cluster made --name extra -o json', /^0 [^]*"DesiredCapacity": 1/],
  ['delete nodegroup --cluster made --name extra --wait', /^0 [^]*deleted 1 nodegroup/],
  ['get addon --cluster made --name coredns', /^0 NAME[^]*coredns\t+v\S+\tACTIVE/],
  ['delete addon --cluster made metrics-server', /^0 [^]*deleted addon: metrics-server/],
  ['create addon --cluster made --name metrics-server --wait', /^0 [^]*successfully created addon/],
  [
    'create podidentityassociation --cluster made --namespace default --service-account-name web --role-name made-web --permission-policy-arns arn:aws:iam::aws:policy/AmazonECS_FullAccess',
    /^0 [^]*created pod identity association for service account "web"/,
  ],
  [
    'get podidentityassociation --cluster made --namespace default',
    /^0 [^]*default\t+web\t+arn:aws:iam::\d+:role\/made-web/,
  ],
  ['delete podidentityassociation --cluster made --namespace default --service-account-name web', /^0 [^]*deleted/],
  ['delete podidentityassociation --cluster made --namespace default --service-account-name web', /^1 [^]*not found/],
  ['get accessentry --cluster made', /^0 PRINCIPAL ARN[^]*AmazonEKSClusterAdminPolicy/],
  ['utils associate-iam-oidc-provider --cluster made --approve', /^0 [^]*already associated/],
];

/** A cluster by the sandbox's eksctl, looked at by the CLI. */
async function eksctl(stage: Stage, { command }: Found): Promise<void> {
  const environment = environmentOf(stage);
  const tool = join(stage.sandbox.directory.bin, 'eksctl');
  const config = {
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name: 'made', region: stage.sandbox.region },
    iam: {
      withOIDC: true,
      podIdentityAssociations: [
        {
          namespace: 'istio-system',
          serviceAccountName: 'istiod',
          roleName: 'made-istiod',
          permissionPolicyARNs: ['arn:aws:iam::aws:policy/AmazonECS_FullAccess'],
        },
      ],
    },
    managedNodeGroups: [
      { name: 'managed-nodes', instanceType: 't2.medium', desiredCapacity: 2, privateNetworking: true },
    ],
  };
  await stage.run(tool, ['create', 'cluster', '-f', '-'], { environment, input: JSON.stringify(config) });
  const runner = cliRunner(stage, command);
  const variables = variablesFor(stage, 'made');
  const inline = { RoleName: 'made-istiod', PolicyName: 'of-a-user' };
  await perform(
    runner,
    [
      {
        call: 'eks DescribeCluster',
        input: { name: 'made' },
        expect: { cluster: { status: 'ACTIVE' } },
        save: { vpc: 'cluster.resourcesVpcConfig.vpcId' },
      },
      {
        call: 'cloudformation DescribeStackResource',
        input: { StackName: 'eksctl-made-cluster', LogicalResourceId: 'VPC' },
        expect: { StackResourceDetail: { PhysicalResourceId: '${vpc}' } },
      },
      ...['nodegroup-managed-nodes', 'addon-vpc-cni', 'podidentityrole-istio-system-istiod'].map((stack) => ({
        call: 'cloudformation DescribeStacks',
        input: { StackName: `eksctl-made-${stack}` },
        expect: { Stacks: [{ StackStatus: 'CREATE_COMPLETE' }] },
      })),
      { call: 'iam PutRolePolicy', input: { ...inline, PolicyDocument: document } },
    ],
    variables,
  );
  for (const [line, said] of onCluster) {
    const { code, out, error } = await stage.attempt(tool, line.split(' '), { environment });
    expect(`${code} ${out}${error}`, `eksctl ${line}`).toMatch(said);
  }
  const remove = () => stage.attempt(tool, ['delete', 'cluster', '-n', 'made', '--wait'], { environment });
  expect(await remove()).toMatchObject({ code: 1, error: expect.stringContaining('must delete policies first') });
  await perform(runner, [{ call: 'iam DeleteRolePolicy', input: inline }], variables);
  expect(await remove()).toMatchObject({ code: 0 });
  await perform(
    runner,
    [{ call: 'ec2 DescribeVpcs', input: { VpcIds: ['${vpc}'] }, fails: 'InvalidVpcID.NotFound' }],
    variables,
  );
}

export const commandLineCases: readonly Case[] = (
  [
    { area: 'ecs exec', name: 'execute-command: output, input and end of a session', run: execute },
    {
      area: 'eksctl',
      name: 'cluster: the stacks that eksctl leaves behind, and what blocks their deletion',
      run: eksctl,
    },
  ] satisfies CliCase[]
).map((each) => ({ ...each, client: awsCli }));

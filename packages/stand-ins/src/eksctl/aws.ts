import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { MeshbedError, signBy } from '@meshbed/core';
import { type Call, textFlag } from './context.ts';

/** One account and region. */
export interface Aws extends Disposable {
  region: string;
  account: string;
  /** Last part of the caller's ARN, as kubeconfig contexts begin. */
  caller: string;
  stacks: CloudFormationClient;
  ec2: EC2Client;
  eks: EKSClient;
  iam: IAMClient;
}

/** Clients for the account of the environment, or of `--profile`; endpoints come from the environment as with any SDK. */
export async function connectAws({ context, flags }: Call, configured?: string): Promise<Aws> {
  const { env, clock } = context;
  const profile = textFlag(flags, 'profile');
  if (profile !== undefined) env['AWS_PROFILE'] = profile;
  const wanted = textFlag(flags, 'region') ?? configured ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  const options = {
    ...(wanted === undefined ? {} : { region: wanted }),
    ...(profile === undefined ? {} : { profile }),
  };
  const sts = signBy(clock, new STSClient(options));
  const region = wanted ?? (await regionOf(sts));
  const all = { ...options, region };
  const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const clients = {
    stacks: signBy(clock, new CloudFormationClient(all)),
    ec2: signBy(clock, new EC2Client(all)),
    eks: signBy(clock, new EKSClient(all)),
    iam: signBy(clock, new IAMClient(all)),
  };
  return {
    region,
    account: Account,
    caller: Arn.split('/').at(-1) ?? '',
    ...clients,
    [Symbol.dispose]() {
      for (const client of [sts, ...Object.values(clients)]) client.destroy();
    },
  };
}

async function regionOf({ config }: STSClient): Promise<string> {
  try {
    return await config.region();
  } catch (cause) {
    throw new MeshbedError('user/argument', 'AWS Region must be set', {
      cause,
      next: 'use --region, metadata.region or AWS_REGION',
    });
  }
}

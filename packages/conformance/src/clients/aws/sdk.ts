import * as AutoScaling from '@aws-sdk/client-auto-scaling';
import * as CloudFormation from '@aws-sdk/client-cloudformation';
import * as Logs from '@aws-sdk/client-cloudwatch-logs';
import * as EC2 from '@aws-sdk/client-ec2';
import * as ECS from '@aws-sdk/client-ecs';
import * as EKS from '@aws-sdk/client-eks';
import * as ELB from '@aws-sdk/client-elastic-load-balancing';
import * as ELBv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as IAM from '@aws-sdk/client-iam';
import * as Tagging from '@aws-sdk/client-resource-groups-tagging-api';
import * as SSM from '@aws-sdk/client-ssm';
import * as STS from '@aws-sdk/client-sts';
import type { Sandbox } from '@meshbed/sandbox';
import type { Client } from '../client.ts';
import { type AwsRunner, CallFailed } from './step.ts';

export interface SdkClient {
  send(command: unknown): Promise<object>;
  destroy(): void;
}
type Sdk = Readonly<Record<string, unknown>>;
type Waiter = (options: object, input: object) => Promise<unknown>;

/** The packages by the names that the AWS CLI has for their services, each with its client class. */
export const sdks: Readonly<Record<string, { sdk: Sdk; client: string }>> = {
  autoscaling: { sdk: AutoScaling, client: 'AutoScalingClient' },
  cloudformation: { sdk: CloudFormation, client: 'CloudFormationClient' },
  ec2: { sdk: EC2, client: 'EC2Client' },
  ecs: { sdk: ECS, client: 'ECSClient' },
  eks: { sdk: EKS, client: 'EKSClient' },
  elb: { sdk: ELB, client: 'ElasticLoadBalancingClient' },
  elbv2: { sdk: ELBv2, client: 'ElasticLoadBalancingV2Client' },
  iam: { sdk: IAM, client: 'IAMClient' },
  logs: { sdk: Logs, client: 'CloudWatchLogsClient' },
  resourcegroupstaggingapi: { sdk: Tagging, client: 'ResourceGroupsTaggingAPIClient' },
  ssm: { sdk: SSM, client: 'SSMClient' },
  sts: { sdk: STS, client: 'STSClient' },
};

export const sdkClient: Client = {
  name: 'aws-sdk-js v3',
  inCi: true,
  install: 'npm ci',
  find: () => Promise.resolve({ command: '', version: 'of the lockfile' }),
};

/** A client of one service for an account of the sandbox. */
export function clientFor(sandbox: Sandbox, service: string, account: 'local' | 'external' = 'local'): SdkClient {
  const { sdk, client } = sdks[service] ?? { sdk: {}, client: '' };
  const Class = sdk[client] as new (configuration: object) => SdkClient;
  const { accessKeyId, secretAccessKey } = sandbox.accounts[account];
  const credentials = { accessKeyId, secretAccessKey };
  return new Class({ region: sandbox.region, endpoint: sandbox.aws.url, credentials, maxAttempts: 1 });
}

/** Does steps with the SDK's commands and waiters. */
export function sdkRunner(sandbox: Sandbox): AwsRunner {
  return {
    async call({ service, operation, input, account }) {
      const Command = sdks[service]?.sdk[`${operation}Command`] as new (input: object) => unknown;
      const client = clientFor(sandbox, service, account);
      try {
        return await client.send(new Command(input));
      } catch (error) {
        const { Code, name, message } = error as Error & { Code?: string };
        throw new CallFailed(Code ?? name, message);
      } finally {
        client.destroy();
      }
    },
    async wait({ service, waiter, input, account }) {
      const wait = sdks[service]?.sdk[`waitUntil${waiter}`] as Waiter;
      const client = clientFor(sandbox, service, account);
      await wait({ client, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.1 }, input);
      client.destroy();
    },
  };
}

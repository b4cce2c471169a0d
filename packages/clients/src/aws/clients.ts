import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { signBy, systemClock } from '@meshbed/core';
import type { AwsAccess } from './access.ts';

/** The clients of one account. Disposing closes their connections. */
export interface AwsClients extends Disposable {
  readonly access: AwsAccess;
  readonly ec2: EC2Client;
  readonly ecs: ECSClient;
  readonly eks: EKSClient;
  readonly iam: IAMClient;
  readonly loadBalancers: ElasticLoadBalancingV2Client;
  readonly logs: CloudWatchLogsClient;
  readonly sts: STSClient;
}

/** @example const { sts } = createAwsClients({ id, region: 'us-east-2', credentials: fromIni({ profile }) }); */
export function createAwsClients(access: AwsAccess): AwsClients {
  const { region, credentials, endpoint, clock = systemClock, around } = access;
  const options = { region, credentials, ...(endpoint === undefined ? {} : { endpoint }) };
  const clients = {
    ec2: new EC2Client(options),
    ecs: new ECSClient(options),
    eks: new EKSClient(options),
    iam: new IAMClient(options),
    loadBalancers: new ElasticLoadBalancingV2Client(options),
    logs: new CloudWatchLogsClient(options),
    sts: new STSClient(options),
  };
  for (const client of Object.values(clients)) signBy(clock, client);
  if (around) for (const client of Object.values(clients)) surround(client, around);
  return {
    access,
    ...clients,
    [Symbol.dispose]() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/** A client, as far as something can be put around its calls. */
interface Stacked {
  middlewareStack: {
    add(
      middleware: (next: (args: never) => Promise<never>) => (args: never) => Promise<never>,
      options: { step: 'initialize' },
    ): void;
  };
}

function surround(client: object, around: NonNullable<AwsAccess['around']>): void {
  const { middlewareStack } = client as Stacked;
  middlewareStack.add((next) => (args) => around(() => next(args)), { step: 'initialize' });
}

import { createRequire } from 'node:module';
import type * as Logs from '@aws-sdk/client-cloudwatch-logs';
import type * as EC2 from '@aws-sdk/client-ec2';
import type * as ECS from '@aws-sdk/client-ecs';
import type * as EKS from '@aws-sdk/client-eks';
import type * as LoadBalancers from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as IAM from '@aws-sdk/client-iam';
import type * as ServiceQuotas from '@aws-sdk/client-service-quotas';
import type * as STS from '@aws-sdk/client-sts';
import { signBy, systemClock } from '@meshbed/core';
import type { AwsAccess } from './access.ts';

interface Services {
  readonly ec2: EC2.EC2Client;
  readonly ecs: ECS.ECSClient;
  readonly eks: EKS.EKSClient;
  readonly iam: IAM.IAMClient;
  readonly loadBalancers: LoadBalancers.ElasticLoadBalancingV2Client;
  readonly logs: Logs.CloudWatchLogsClient;
  readonly serviceQuotas: ServiceQuotas.ServiceQuotasClient;
  readonly sts: STS.STSClient;
}

/** The clients of one account. Disposing closes their connections. */
export interface AwsClients extends Services, Disposable {
  readonly access: AwsAccess;
}

type Options = Pick<AwsAccess, 'region' | 'credentials' | 'endpoint'>;

const require = createRequire(import.meta.url);
const load = <Sdk>(service: string) => require(`@aws-sdk/client-${service}`) as Sdk;

/** Loaded when first asked for: few commands need all, and the larger packages take a tenth of a second. */
const makers: { [Name in keyof Services]: (options: Options) => Services[Name] } = {
  ec2: (options) => new (load<typeof EC2>('ec2').EC2Client)(options),
  ecs: (options) => new (load<typeof ECS>('ecs').ECSClient)(options),
  eks: (options) => new (load<typeof EKS>('eks').EKSClient)(options),
  iam: (options) => new (load<typeof IAM>('iam').IAMClient)(options),
  loadBalancers: (options) =>
    new (load<typeof LoadBalancers>('elastic-load-balancing-v2').ElasticLoadBalancingV2Client)(options),
  logs: (options) => new (load<typeof Logs>('cloudwatch-logs').CloudWatchLogsClient)(options),
  serviceQuotas: (options) => new (load<typeof ServiceQuotas>('service-quotas').ServiceQuotasClient)(options),
  sts: (options) => new (load<typeof STS>('sts').STSClient)(options),
};

/** @example const { sts } = createAwsClients({ id, region: 'us-east-2', credentials: fromIni({ profile }) }); */
export function createAwsClients(access: AwsAccess): AwsClients {
  const { region, credentials, endpoint, clock = systemClock, around } = access;
  const options = { region, credentials, ...(endpoint === undefined ? {} : { endpoint }) };
  const made = new Map<string, { destroy(): void }>();
  const client = <Name extends keyof Services>(name: Name): Services[Name] => {
    const known = made.get(name) as Services[Name] | undefined;
    if (known) return known;
    const created = signBy(clock, makers[name](options));
    if (around) surround(created, around);
    made.set(name, created);
    return created;
  };
  return {
    access,
    get ec2() {
      return client('ec2');
    },
    get ecs() {
      return client('ecs');
    },
    get eks() {
      return client('eks');
    },
    get iam() {
      return client('iam');
    },
    get loadBalancers() {
      return client('loadBalancers');
    },
    get logs() {
      return client('logs');
    },
    get serviceQuotas() {
      return client('serviceQuotas');
    },
    get sts() {
      return client('sts');
    },
    [Symbol.dispose]() {
      for (const each of made.values()) each.destroy();
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

import { createRequire } from 'node:module';
import type * as ServiceQuotas from '@aws-sdk/client-service-quotas';
import type { Context } from '../context.ts';
import { type AwsError, failures } from '../errors.ts';
import { type Service, service } from '../service.ts';
import { validPage } from '../valid-page.ts';
import { appliedQuota, type Quota, QuotaState, quotas, serviceNames } from './quotas.ts';

const require = createRequire(import.meta.url);
const fail = failures<typeof ServiceQuotas>();
const table: readonly Quota[] = Object.values(quotas);

interface Named {
  ServiceCode?: string | undefined;
  QuotaCode?: string | undefined;
}

const noSuch = (): AwsError =>
  fail('NoSuchResourceException', 'The request failed because the specified service quota does not exist.');

/** @throws AwsError NoSuchResourceException */
function quotaNamed({ ServiceCode, QuotaCode }: Named): Quota {
  const found = table.find(({ service: of, code }) => of === ServiceCode && code === QuotaCode);
  if (!found) throw noSuch();
  return found;
}

function quotasOf({ ServiceCode = '', QuotaCode }: Named): readonly Quota[] {
  if (!Object.hasOwn(serviceNames, ServiceCode)) throw noSuch();
  return table.filter(({ service: of, code }) => of === ServiceCode && (QuotaCode ?? code) === code);
}

const arnOf = ({ region, account }: Pick<Context, 'region' | 'account'>, { service: of, code }: Quota) =>
  `arn:aws:servicequotas:${region}:${account}:${of}/${code}`;

const shapeOf = (quota: Quota, QuotaArn: string, Value: number): ServiceQuotas.ServiceQuota => ({
  ServiceCode: quota.service,
  ServiceName: serviceNames[quota.service],
  QuotaArn,
  QuotaCode: quota.code,
  QuotaName: quota.name,
  Value,
  Unit: 'None',
  Adjustable: true,
  GlobalQuota: false,
  QuotaAppliedAtLevel: 'ACCOUNT',
});

const applied = (context: Context) => (quota: Quota) =>
  shapeOf(quota, arnOf(context, quota), appliedQuota(context, quota));
/** The default is nobody's. */
const usual =
  ({ region }: Context) =>
  (quota: Quota) =>
    shapeOf(quota, arnOf({ region, account: '' }, quota), quota.value);

function pageOf<Item>(
  items: readonly Item[],
  input: { NextToken?: string | undefined; MaxResults?: number | undefined },
) {
  const invalid = () => fail('InvalidPaginationTokenException', 'Invalid pagination token.');
  const { items: page, next } = validPage(items, { token: input.NextToken, size: input.MaxResults ?? 100, invalid });
  return { page: [...page], tail: next === undefined ? {} : { NextToken: next } };
}

/** Granted at once, while AWS takes minutes for a small raise and days for a large one. */
function raise(
  { DesiredValue = 0, ...named }: ServiceQuotas.RequestServiceQuotaIncreaseCommandInput,
  context: Context,
): ServiceQuotas.RequestedServiceQuotaChange {
  const quota = quotaNamed(named);
  if (DesiredValue <= appliedQuota(context, quota)) {
    throw fail('IllegalArgumentException', 'You must provide a quota value greater than the current quota value.');
  }
  context.state(QuotaState).raised.set(quota.code, DesiredValue);
  const now = new Date(context.world.clock.now());
  const { QuotaArn, ServiceCode, ServiceName, QuotaCode, QuotaName, Unit } = applied(context)(quota);
  return {
    QuotaArn,
    ServiceCode,
    ServiceName,
    QuotaCode,
    QuotaName,
    Unit,
    Id: context.world.ids.hex(32),
    DesiredValue,
    Status: 'APPROVED',
    Created: now,
    LastUpdated: now,
    Requester: JSON.stringify({ accountId: context.account, callerArn: context.principal.arn }),
    GlobalQuota: false,
    QuotaRequestedAtLevel: 'ACCOUNT',
  };
}

/** Service Quotas: what the other services of this server enforce. */
export const serviceQuotas: Service = service<typeof ServiceQuotas>(
  () => require('@aws-sdk/client-service-quotas') as unknown,
  {
    name: 'servicequotas',
    protocol: 'json',
    scope: 'servicequotas',
    version: '2019-06-24',
    target: 'ServiceQuotasV20190624',
  },
  {
    handlers: {
      GetServiceQuota: (input, context) => ({ Quota: applied(context)(quotaNamed(input)) }),
      GetAWSDefaultServiceQuota: (input, context) => ({ Quota: usual(context)(quotaNamed(input)) }),
      ListServiceQuotas(input, context) {
        const { page, tail } = pageOf(quotasOf(input).map(applied(context)), input);
        return { Quotas: page, ...tail };
      },
      ListAWSDefaultServiceQuotas(input, context) {
        const { page, tail } = pageOf(quotasOf(input).map(usual(context)), input);
        return { Quotas: page, ...tail };
      },
      ListServices(input) {
        const known = Object.entries(serviceNames).map(([ServiceCode, ServiceName]) => ({ ServiceCode, ServiceName }));
        const { page, tail } = pageOf(known, input);
        return { Services: page, ...tail };
      },
      RequestServiceQuotaIncrease: (input, context) => ({ RequestedQuota: raise(input, context) }),
    },
    rules: {
      GetServiceQuota: { accepts: 'ServiceCode QuotaCode' },
      GetAWSDefaultServiceQuota: { accepts: 'ServiceCode QuotaCode' },
      ListServiceQuotas: { accepts: 'ServiceCode QuotaCode NextToken MaxResults' },
      ListAWSDefaultServiceQuotas: { accepts: 'ServiceCode NextToken MaxResults' },
      ListServices: { accepts: 'NextToken MaxResults' },
      RequestServiceQuotaIncrease: {
        resources: ({ ServiceCode: of = '*', QuotaCode: code = '*' }, { region, account }) => [
          `arn:aws:servicequotas:${region}:${account}:${of}/${code}`,
        ],
        accepts: 'ServiceCode QuotaCode DesiredValue SupportCaseAllowed',
      },
    },
  },
);

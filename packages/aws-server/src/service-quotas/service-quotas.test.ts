import * as EC2 from '@aws-sdk/client-ec2';
import * as Quotas from '@aws-sdk/client-service-quotas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { external, type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let quotas: Quotas.ServiceQuotasClient;
let ec2: EC2.EC2Client;
beforeAll(async () => {
  server = await testServer();
  quotas = new Quotas.ServiceQuotasClient(server.client());
  ec2 = new EC2.EC2Client(server.client());
});
afterAll(() => server[Symbol.asyncDispose]());

const vpcs = { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' };
const addresses = { ServiceCode: 'ec2', QuotaCode: 'L-0263D0A3' };
const allocate = () => ec2.send(new EC2.AllocateAddressCommand({ Domain: 'vpc' }));
const raise = (input: Quotas.RequestServiceQuotaIncreaseCommandInput) =>
  quotas.send(new Quotas.RequestServiceQuotaIncreaseCommand(input));
const valueIn = async (client: Quotas.ServiceQuotasClient, input: typeof vpcs) =>
  (await client.send(new Quotas.GetServiceQuotaCommand(input))).Quota?.Value;

test('service quotas: a quota in the form of the API, and its default, which is nobody’s', async () => {
  const { Quota } = await quotas.send(new Quotas.GetServiceQuotaCommand(vpcs));
  expect(Quota).toMatchObject({
    ...vpcs,
    QuotaName: 'VPCs per Region',
    Value: 5,
    Adjustable: true,
    GlobalQuota: false,
  });
  expect(Quota?.QuotaArn).toMatch(/^arn:aws:servicequotas:us-east-2:\d{12}:vpc\/L-F678F1CE$/);
  const { Quota: usual } = await quotas.send(new Quotas.GetAWSDefaultServiceQuotaCommand(vpcs));
  expect(usual?.QuotaArn).toBe('arn:aws:servicequotas:us-east-2::vpc/L-F678F1CE');
});

test('service quotas: of a service, in pages', async () => {
  const codes: (string | undefined)[] = [];
  const pages = Quotas.paginateListServiceQuotas({ client: quotas, pageSize: 2 }, { ServiceCode: 'vpc' });
  for await (const { Quotas: page = [] } of pages) codes.push(...page.map(({ QuotaCode }) => QuotaCode));
  expect(codes.length).toBeGreaterThan(2);
  expect(new Set(codes).size).toBe(codes.length);
  const { Services } = await quotas.send(new Quotas.ListServicesCommand({}));
  expect(Services).toContainEqual(expect.objectContaining({ ServiceCode: 'vpc' }));
});

test('service quotas: enforced; a raise makes room in this account and region, the default stays', async () => {
  for (let count = 0; count < 5; count++) await allocate();
  expect(await refusal(allocate())).toMatchObject({ code: 'AddressLimitExceeded', status: 400 });
  const { RequestedQuota } = await raise({ ...addresses, DesiredValue: 6 });
  expect(RequestedQuota).toMatchObject({ ...addresses, DesiredValue: 6, Status: 'APPROVED' });
  await allocate();
  expect(await refusal(allocate())).toMatchObject({ code: 'AddressLimitExceeded' });
  expect(await valueIn(quotas, addresses)).toBe(6);
  expect(await valueIn(new Quotas.ServiceQuotasClient(server.client(external)), addresses)).toBe(5);
  const { Quota } = await quotas.send(new Quotas.GetAWSDefaultServiceQuotaCommand(addresses));
  expect(Quota?.Value).toBe(5);
});

test.each<[string, () => Promise<unknown>, string]>([
  ['an unknown quota', () => valueIn(quotas, { ...vpcs, QuotaCode: 'L-00000000' }), 'NoSuchResourceException'],
  ['one of another service', () => valueIn(quotas, { ...vpcs, ServiceCode: 'ec2' }), 'NoSuchResourceException'],
  [
    'an unknown service',
    () => quotas.send(new Quotas.ListServiceQuotasCommand({ ServiceCode: 'none' })),
    'NoSuchResourceException',
  ],
  [
    'a foreign token',
    () => quotas.send(new Quotas.ListServiceQuotasCommand({ ServiceCode: 'vpc', NextToken: 'foreign' })),
    'InvalidPaginationTokenException',
  ],
  ['a raise that is none', () => raise({ ...vpcs, DesiredValue: 5 }), 'IllegalArgumentException'],
])('service quotas: %s is refused', async (_what, call, code) => {
  expect(await refusal(call())).toMatchObject({ code });
});

test('service quotas: NAT gateways count per zone', async () => {
  const rows = [
    ['us-east-2a', '10.9.1.0/24'],
    ['us-east-2b', '10.9.2.0/24'],
  ];
  await raise({ ...addresses, DesiredValue: 20 });
  const { Vpc } = await ec2.send(new EC2.CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const { InternetGateway } = await ec2.send(new EC2.CreateInternetGatewayCommand({}));
  const gateway = { InternetGatewayId: InternetGateway?.InternetGatewayId, VpcId: Vpc?.VpcId };
  await ec2.send(new EC2.AttachInternetGatewayCommand(gateway));
  const subnets = await Promise.all(
    rows.map(([AvailabilityZone, CidrBlock]) =>
      ec2.send(new EC2.CreateSubnetCommand({ VpcId: Vpc?.VpcId, AvailabilityZone, CidrBlock })),
    ),
  );
  const [first, second] = subnets.map(({ Subnet }) => Subnet?.SubnetId);
  const create = async (SubnetId: string | undefined) => {
    const { AllocationId } = await allocate();
    return ec2.send(new EC2.CreateNatGatewayCommand({ SubnetId, AllocationId }));
  };
  for (let count = 0; count < 5; count++) await create(first);
  expect(await refusal(create(first))).toMatchObject({ code: 'NatGatewayLimitExceeded' });
  await create(second);
});

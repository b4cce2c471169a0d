import { DescribeQueriesCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeImagesCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { ListClustersCommand, PutAttributesCommand } from '@aws-sdk/client-ecs';
import { DescribeFargateProfileCommand, ListClustersCommand as ListEksClustersCommand } from '@aws-sdk/client-eks';
import { CreateGroupCommand, CreateRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { createAwsClients, errorCode, type AwsClients } from '@meshbed/clients/aws';
import { createSandbox, targetOf, type Sandbox } from '@meshbed/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const roleArn = 'arn:aws:iam::000000000001:role/nobody';
const session = `arn:aws:sts::000000000001:assumed-role/nobody/test`;
let sandbox: Sandbox;
let admin: AwsClients;

beforeAll(async () => {
  sandbox = await createSandbox();
  admin = clientsWith(await targetOf(sandbox).accounts.local.credentials());
  const Statement = [{ Effect: 'Allow', Principal: { AWS: '000000000001' }, Action: 'sts:AssumeRole' }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await admin.iam.send(new CreateRoleCommand({ RoleName: 'nobody', AssumeRolePolicyDocument }));
});

afterAll(async () => {
  admin[Symbol.dispose]();
  await sandbox[Symbol.asyncDispose]();
});

function clientsWith(keys: Keys): AwsClients {
  const { region, accounts } = targetOf(sandbox);
  const { id, endpoint } = accounts.local;
  return createAwsClients({ id, region, credentials: () => Promise.resolve(keys), endpoint });
}

/** `Code (status): message` of the error that `call` meets as somebody else than the administrator. */
async function errorOf(keys: Keys, call: (aws: AwsClients) => Promise<unknown>): Promise<string> {
  using aws = clientsWith(keys);
  const error: unknown = await call(aws).then(
    (answer) => ({ name: 'no error', message: JSON.stringify(answer) }),
    (reason: unknown) => reason,
  );
  const { message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  return `${errorCode(error)} (${$metadata?.httpStatusCode}): ${message}`;
}

const calls = {
  ec2: ({ ec2 }: AwsClients) => ec2.send(new DescribeVpcsCommand({})),
  ecs: ({ ecs }: AwsClients) => ecs.send(new ListClustersCommand({})),
  eks: ({ eks }: AwsClients) => eks.send(new ListEksClustersCommand({})),
  iam: ({ iam }: AwsClients) => iam.send(new ListRolesCommand({})),
  sts: ({ sts }: AwsClients) => sts.send(new GetCallerIdentityCommand({})),
};

const wrong = 'signature we calculated does not match';
test.each([
  ['ec2', 'AuthFailure (401): AWS was not able to validate the provided access credentials'],
  ['ecs', `InvalidSignatureException (400): The request ${wrong}`],
  ['eks', `InvalidSignatureException (403): The request ${wrong}`],
  ['iam', `SignatureDoesNotMatch (403): The request ${wrong}`],
  ['sts', `SignatureDoesNotMatch (403): The request ${wrong}`],
] as const)('wrong secret: %s answers as AWS does', async (service, expected) => {
  const { accessKeyId } = await targetOf(sandbox).accounts.local.credentials();
  expect(await errorOf({ accessKeyId, secretAccessKey: 'guessed' }, calls[service])).toContain(expected);
});

test.each([
  ['ec2', 'AuthFailure (401): AWS was not able to validate the provided access credentials'],
  ['ecs', 'UnrecognizedClientException (400): The security token included in the request is invalid'],
  ['eks', 'UnrecognizedClientException (403): The security token included in the request is invalid'],
  ['iam', 'InvalidClientTokenId (403): The security token included in the request is invalid'],
  ['sts', 'InvalidClientTokenId (403): The security token included in the request is invalid'],
] as const)('changed session token: %s answers as AWS does', async (service, expected) => {
  const keys = sandbox.aws.sessions.issue(roleArn, { sessionName: 'test', ttlMs: 900_000 });
  expect(await errorOf({ ...keys, sessionToken: `${keys.sessionToken}x` }, calls[service])).toContain(expected);
});

test.each([
  ['ec2', 'RequestExpired (400): Request has expired'],
  ['ecs', 'ExpiredTokenException (400): The security token included in the request is expired'],
  ['eks', 'ExpiredTokenException (403): The security token included in the request is expired'],
  ['iam', 'ExpiredToken (403): The security token included in the request is expired'],
  ['sts', 'ExpiredToken (403): The security token included in the request is expired'],
] as const)('expired session: %s answers as AWS does', async (service, expected) => {
  const keys = sandbox.aws.sessions.issue(roleArn, { sessionName: 'test', ttlMs: -1 });
  expect(await errorOf(keys, calls[service])).toContain(expected);
});

const lacks = (action: string) =>
  `User: ${session} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`;
test.each([
  [
    'ec2',
    `UnauthorizedOperation (403): You are not authorized to perform this operation. ${lacks('ec2:DescribeVpcs')}`,
  ],
  ['ecs', `AccessDeniedException (403): ${lacks('ecs:ListClusters')}`],
  ['eks', `AccessDeniedException (403): ${lacks('eks:ListClusters')}`],
  ['iam', `AccessDenied (403): ${lacks('iam:ListRoles')}`],
] as const)('no permission: %s answers as AWS does: %s', async (service, expected) => {
  const keys = sandbox.aws.sessions.issue(roleArn, { sessionName: 'test', ttlMs: 900_000 });
  expect(await errorOf(keys, calls[service])).toContain(expected);
});

test('no permission: everybody may ask who he is', async () => {
  using aws = clientsWith(sandbox.aws.sessions.issue(roleArn, { sessionName: 'test', ttlMs: 900_000 }));
  expect(await aws.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '000000000001', Arn: session });
});

const unimplemented: [string, (aws: AwsClients) => Promise<unknown>, string][] = [
  ['DescribeImages of ec2', ({ ec2 }) => ec2.send(new DescribeImagesCommand({})), 'InvalidAction'],
  [
    'PutAttributes of ecs',
    ({ ecs }) => ecs.send(new PutAttributesCommand({ attributes: [{ name: 'x' }] })),
    'UnknownOperationException',
  ],
  [
    'GET /clusters/x/fargate-profiles/y of eks',
    ({ eks }) => eks.send(new DescribeFargateProfileCommand({ clusterName: 'x', fargateProfileName: 'y' })),
    'UnknownOperationException',
  ],
  ['CreateGroup of iam', ({ iam }) => iam.send(new CreateGroupCommand({ GroupName: 'x' })), 'InvalidAction'],
  ['GetSessionToken of sts', ({ sts }) => sts.send(new GetSessionTokenCommand({})), 'InvalidAction'],
  ['DescribeQueries of logs', ({ logs }) => logs.send(new DescribeQueriesCommand({})), 'UnknownOperationException'],
];
test.each(unimplemented)('unimplemented: %s is an error that names it', async (name, call, code) => {
  const keys = await targetOf(sandbox).accounts.local.credentials();
  expect(await errorOf(keys, call)).toBe(`${code} (400): The operation ${name} is not implemented by this sandbox.`);
});

import { createHash, createHmac } from 'node:crypto';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eksBed, type EksBed, name, podRole } from '../testing/eks.ts';
import { asAdministrator, trustOf } from '../testing/roles.ts';
import type { AssumeRoleForPodIdentityResponse } from './assume-role.ts';

let bed: EksBed;
beforeEach(async () => {
  bed = await eksBed();
  await bed.create();
  await bed.settle();
  bed.kubernetes.tokens.set('token', {
    namespace: 'istio-system',
    serviceAccount: 'istiod',
    pod: 'istiod-1',
    podUid: 'uid-1',
  });
});
afterEach(() => bed[Symbol.asyncDispose]());

const associate = (roleArn = podRole) =>
  asAdministrator(bed.server, 'eks', 'CreatePodIdentityAssociation', {
    clusterName: name,
    namespace: 'istio-system',
    serviceAccount: 'istiod',
    roleArn,
  }) as Promise<{ association: { associationId: string; associationArn: string } }>;

const assume = (input: object = {}) =>
  asAdministrator(bed.server, 'eks-auth', 'AssumeRoleForPodIdentity', {
    clusterName: name,
    token: 'token',
    ...input,
  }) as unknown as Promise<AssumeRoleForPodIdentityResponse>;

test('pod identity: a pod gets the role of its service account, with the six tags handed on', async () => {
  const { association } = await associate();
  const answer = await assume();
  expect(answer).toMatchObject({
    subject: { namespace: 'istio-system', serviceAccount: 'istiod' },
    audience: 'pods.eks.amazonaws.com',
    podIdentityAssociation: { associationId: association.associationId, associationArn: association.associationArn },
  });
  expect(answer.assumedRoleUser.arn).toMatch(
    /^arn:aws:sts::111111111111:assumed-role\/istiod-role\/eks-istio-ecs--istiod-1-/,
  );
  const principal = bed.server.aws.world.credentials.find(answer.credentials.accessKeyId)?.principal;
  expect(Object.fromEntries(principal?.tags ?? [])).toEqual({
    'eks-cluster-arn': `arn:aws:eks:us-east-2:111111111111:cluster/${name}`,
    'eks-cluster-name': name,
    'kubernetes-namespace': 'istio-system',
    'kubernetes-service-account': 'istiod',
    'kubernetes-pod-name': 'istiod-1',
    'kubernetes-pod-uid': 'uid-1',
  });
  expect(principal).toMatchObject({
    transitiveTagKeys: expect.arrayContaining(['eks-cluster-arn', 'kubernetes-pod-uid']),
  });
  const sts = new STSClient({ ...bed.server.client(), credentials: answer.credentials });
  expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(answer.assumedRoleUser.arn);
});

test('pod identity: a changed association shows at the next call', async () => {
  const { association } = await associate();
  const before = await assume();
  await asAdministrator(bed.server, 'iam', 'CreateRole', {
    RoleName: 'istiod-2',
    AssumeRolePolicyDocument: trustOf('pods.eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession']),
  });
  await asAdministrator(bed.server, 'eks', 'UpdatePodIdentityAssociation', {
    clusterName: name,
    associationId: association.associationId,
    roleArn: 'arn:aws:iam::111111111111:role/istiod-2',
  });
  expect([before.assumedRoleUser.arn, (await assume()).assumedRoleUser.arn].map((arn) => arn.split('/')[1])).toEqual([
    'istiod-role',
    'istiod-2',
  ]);
});

const trust = (actions: string[], service = 'pods.eks.amazonaws.com') =>
  asAdministrator(bed.server, 'iam', 'UpdateAssumeRolePolicy', {
    RoleName: 'istiod-role',
    PolicyDocument: trustOf(service, actions),
  });

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

const failing: [string, () => Promise<unknown>, string, RegExp][] = [
  [
    'no association',
    async () => undefined,
    'ResourceNotFoundException',
    /No association found for the service account istiod/,
  ],
  [
    'a role that is gone',
    () => associate(`${podRole}-x`),
    'AccessDeniedException',
    /does not have permissions to assume/,
  ],
  [
    'a role that trusts others',
    () => Promise.all([associate(), trust(['sts:AssumeRole'], 'ec2.amazonaws.com')]),
    'AccessDeniedException',
    /assume/,
  ],
  [
    'a role that does not let itself be tagged',
    () => Promise.all([associate(), trust(['sts:AssumeRole'])]),
    'AccessDeniedException',
    /sts:TagSession/,
  ],
];
test.each(failing)('pod identity: %s is refused', async (_, prepare, error, message) => {
  await prepare();
  await expect(assume()).rejects.toMatchObject({ name: error, message: expect.stringMatching(message) });
});

const badInput: [string, object, string, RegExp][] = [
  ['an unknown cluster', { clusterName: 'none' }, 'ResourceNotFoundException', /No cluster found/],
  ['a foreign token', { token: 'guess' }, 'InvalidTokenException', /not valid/],
  ['an old token', { token: jwt({ exp: 1000 }) }, 'ExpiredTokenException', /expired/],
  ['no token', { token: undefined }, 'InvalidParameterException', /'token'/],
];
test.each(badInput)('pod identity: %s is refused', async (_, input, error, message) => {
  await expect(assume(input)).rejects.toMatchObject({ name: error, message: expect.stringMatching(message) });
});

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** As the agent on a node calls it: there is no client package for this service here. */
async function overHttp(body: string): Promise<Response> {
  const { url } = bed.server.aws;
  const path = `/clusters/${name}/assume-role-for-pod-identity`;
  const { accessKeyId, secretAccessKey } = bed.server.client().credentials;
  const timestamp = new Date(bed.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = [timestamp.slice(0, 8), 'us-east-2', 'eks-auth', 'aws4_request'];
  const { host } = new URL(url);
  const canonical = ['POST', path, '', `host:${host}`, `x-amz-date:${timestamp}`, '', 'host;x-amz-date', sha256(body)];
  const key = scope.reduce<Buffer | string>(hmac, `AWS4${secretAccessKey}`);
  const text = ['AWS4-HMAC-SHA256', timestamp, scope.join('/'), sha256(canonical.join('\n'))].join('\n');
  const signature = hmac(key, text).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  return fetch(url + path, { method: 'POST', body, headers: { authorization, 'x-amz-date': timestamp } });
}

test('pod identity: is served as the API describes it', async () => {
  await associate();
  const response = await overHttp('{"token":"token"}');
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    audience: 'pods.eks.amazonaws.com',
    credentials: { accessKeyId: expect.stringMatching(/^ASIA/), expiration: expect.any(Number) },
  });
  const refused = await overHttp('{"token":"guess"}');
  expect([refused.status, refused.headers.get('x-amzn-errortype')]).toEqual([400, 'InvalidTokenException']);
  expect(await refused.json()).toMatchObject({ message: expect.stringMatching(/not valid/) });
});

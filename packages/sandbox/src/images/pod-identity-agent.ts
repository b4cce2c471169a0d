import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from '@meshbed/core/http';
import { text } from 'node:stream/consumers';
import type { ProgramContext } from '@meshbed/core';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { untilAborted } from '../runtime/termination.ts';

/** Where pods ask (their SDKs are told by AWS_CONTAINER_CREDENTIALS_FULL_URI). */
const listenAddress = '169.254.170.23';

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/**
 * The EKS Pod Identity agent of a node: exchanges a pod's service-account token for credentials of the associated role
 * with EKS Auth's AssumeRoleForPodIdentity, signed with the node's role.
 */
export async function podIdentityAgent(context: ProgramContext): Promise<number> {
  const server = createServer((incoming, outgoing) => {
    void answer(context, incoming).then(
      ({ status, body }) => outgoing.writeHead(status, { 'content-type': 'application/json' }).end(body),
      (error: Error) => fail(context, outgoing, error),
    );
  });
  await context.network.listen(80, (socket) => server.emit('connection', socket), { address: listenAddress });
  context.setHealthy(true);
  await untilAborted(context.signal);
  return 0;
}

function fail({ log }: ProgramContext, outgoing: ServerResponse, error: Error): void {
  log(`level=error msg="Error fetching credentials" error="${error.message}"`);
  outgoing.writeHead(500).end(error.message);
}

async function answer(context: ProgramContext, incoming: IncomingMessage): Promise<{ status: number; body: string }> {
  if (incoming.url !== '/v1/credentials') return { status: 404, body: 'not found' };
  const token = incoming.headers.authorization;
  if (token === undefined) return { status: 400, body: 'Service account token cannot be empty' };
  const { status, body } = await assumeRole(context, token);
  if (status !== 200) {
    context.log(`level=error msg="AssumeRoleForPodIdentity failed" status=${status} response=${JSON.stringify(body)}`);
    return { status, body };
  }
  const { credentials, assumedRoleUser } = JSON.parse(body) as AssumeRoleAnswer;
  const expiration = new Date(Number(credentials.expiration) * 1000).toISOString();
  return {
    status: 200,
    body: JSON.stringify({
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.sessionToken,
      AccountId: assumedRoleUser.arn.split(':')[4],
      Expiration: expiration,
    }),
  };
}

interface AssumeRoleAnswer {
  credentials: Credentials & { expiration: number | string };
  assumedRoleUser: { arn: string };
}

async function assumeRole(context: ProgramContext, token: string): Promise<{ status: number; body: string }> {
  const { host, hostname, port } = new URL(context.env['AWS_ENDPOINT_URL'] ?? '');
  const region = context.env['AWS_REGION'] ?? 'us-east-2';
  const body = JSON.stringify({ token });
  const cluster = context.env['EKS_CLUSTER_NAME'] ?? '';
  const signer = new SignatureV4({
    service: 'eks-auth',
    region,
    credentials: await nodeCredentials(context),
    sha256: Sha256,
  });
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname,
      path: `/clusters/${cluster}/assume-role-for-pod-identity`,
      headers: { host, 'content-type': 'application/json' },
      body,
    },
    { signingDate: new Date(context.clock.now()) },
  );
  const socket = await context.network.connect(hostname, Number(port) || 80);
  return exchange({ ...signed, createConnection: () => socket }, body);
}

/** The node's role, from the instance's metadata. */
async function nodeCredentials(context: ProgramContext): Promise<Credentials> {
  const folder = '/latest/meta-data/iam/security-credentials/';
  const role = await metadata(context, folder);
  const found = JSON.parse(await metadata(context, `${folder}${role}`)) as Record<string, string>;
  return {
    accessKeyId: found['AccessKeyId'] ?? '',
    secretAccessKey: found['SecretAccessKey'] ?? '',
    sessionToken: found['Token'] ?? '',
  };
}

async function metadata({ network }: ProgramContext, path: string): Promise<string> {
  const socket = await network.connect('169.254.169.254', 80);
  const { body } = await exchange({ method: 'GET', path, headers: {}, createConnection: () => socket }, '');
  return body;
}

function exchange(options: object, body: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(options, (answered) => {
      void text(answered).then((content) => resolve({ status: answered.statusCode ?? 0, body: content }), reject);
    });
    call.on('error', reject).end(body);
  });
}

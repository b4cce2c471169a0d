import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { network as testNetwork } from '@meshbed/fabric/testing';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LoopbackPort } from '../runtime/loopback.ts';
import { FabricNetwork, nothingAround } from '../runtime/network.ts';
import { podIdentityAgent } from './pod-identity-agent.ts';

const secrets = { accessKeyId: 'ASIANODE', secretAccessKey: 'node-secret', sessionToken: 'node-session' };
const agentAddress = '169.254.170.23';
const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

/** The instance's metadata, as far as the agent reads it. */
function metadata({ url }: IncomingMessage, response: ServerResponse): void {
  const folder = '/latest/meta-data/iam/security-credentials/';
  const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token } = secrets;
  if (url === folder) response.end('node-role');
  else response.end(url === `${folder}node-role` ? JSON.stringify({ AccessKeyId, SecretAccessKey, Token }) : '');
}

interface Asked {
  url: string;
  body: string;
  headers: Record<string, string>;
}

let net: ReturnType<typeof testNetwork>;
let node: FabricNetwork;
let eksAuth: Server;
let answer: { status: number; body: object };
let asked: Asked[];
let logs: string[];
let running: Promise<number>;
const stop = () => ended.abort();
let ended: AbortController;
let metadataPort: LoopbackPort;

beforeEach(async () => {
  [net, asked, logs, ended] = [testNetwork(), [], [], new AbortController()];
  await net.clock.advance(nowMs);
  eksAuth = createServer((incoming, response) => {
    const headers = incoming.headers as Record<string, string>;
    void text(incoming).then((body) => {
      asked.push({ url: incoming.url ?? '', body, headers });
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
  }).listen(0, '127.0.0.1');
  await once(eksAuth, 'listening');
  const { port } = eksAuth.address() as AddressInfo;
  net.fabric.internet.add({ names: ['aws.test'], ports: new Map([[80, port]]) });
  const metadataServer = createServer(metadata);
  metadataPort = new LoopbackPort((socket) => metadataServer.emit('connection', socket));
  const { id, ips } = net.at('subnet-public', { withPublicIp: true });
  const linkLocal = (ip: string) => (ip === '169.254.169.254' ? metadataPort.connect() : undefined);
  node = new FabricNetwork(net.fabric, { eniId: id, ip: ips[0]! }, { ...nothingAround, linkLocal });
  running = podIdentityAgent({
    argv: [],
    env: { AWS_ENDPOINT_URL: 'http://aws.test', AWS_REGION: 'us-east-2', EKS_CLUSTER_NAME: 'demo' },
    readFile: () => undefined,
    hostname: 'node',
    network: node,
    clock: net.clock,
    log: (line) => void logs.push(line),
    setHealthy: () => {},
    signal: ended.signal,
  });
});

afterEach(async () => {
  stop();
  await running;
  await Promise.all([metadataPort[Symbol.asyncDispose](), node[Symbol.asyncDispose]()]);
  await net.fabric[Symbol.asyncDispose]();
  eksAuth.close();
});

/** What a pod's SDK does. */
async function credentials(headers: Record<string, string>, path = '/v1/credentials') {
  const socket = await node.linkLocalPort(agentAddress, 80);
  const asking = request({ path, headers, createConnection: () => socket! }).end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

test('a pod’s token: becomes credentials of the associated role', async () => {
  answer = {
    status: 200,
    body: {
      credentials: { accessKeyId: 'ASIAPOD', secretAccessKey: 's', sessionToken: 't', expiration: nowMs / 1000 + 3600 },
      assumedRoleUser: { arn: 'arn:aws:sts::000000000001:assumed-role/istiod-role/eks-demo' },
    },
  };
  const { status, body } = await credentials({ authorization: 'pod-token' });
  expect({ status, ...(JSON.parse(body) as object) }).toEqual({
    status: 200,
    AccessKeyId: 'ASIAPOD',
    SecretAccessKey: 's',
    Token: 't',
    AccountId: '000000000001',
    Expiration: '2026-01-02T04:04:05.000Z',
  });
  expect(asked).toMatchObject([{ url: '/clusters/demo/assume-role-for-pod-identity', body: '{"token":"pod-token"}' }]);
});

test('the request to EKS Auth: signed with the node’s role', async () => {
  answer = { status: 404, body: {} };
  await credentials({ authorization: 'pod-token' });
  const [{ url, body, headers }] = asked as [Asked];
  const signed = /SignedHeaders=([^,]+)/.exec(headers['authorization'] ?? '')?.[1]?.split(';') ?? [];
  expect(signed).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token']));
  const signer = new SignatureV4({ service: 'eks-auth', region: 'us-east-2', credentials: secrets, sha256: Sha256 });
  const given = Object.fromEntries(signed.map((name) => [name, headers[name] ?? '']));
  const again = await signer.sign(
    { method: 'POST', protocol: 'http:', hostname: 'aws.test', path: url, headers: given, body },
    { signingDate: new Date(nowMs) },
  );
  expect(headers['authorization']).toBe(again.headers['authorization']);
});

test.each([
  ['no association', 404, { message: 'No association found' }],
  ['the node’s role may not', 403, { message: 'not authorized' }],
])('%s: the refusal is passed on and logged', async (_, status, body) => {
  answer = { status, body };
  expect(await credentials({ authorization: 'pod-token' })).toEqual({ status, body: JSON.stringify(body) });
  expect(logs).toEqual([expect.stringMatching(new RegExp(`AssumeRoleForPodIdentity failed" status=${status}`))]);
});

test('EKS Auth out of reach: an error in words', async () => {
  net.fabric.routeTables.get('rtb-public')!.routes = [];
  expect(await credentials({ authorization: 'pod-token' })).toMatchObject({ status: 500 });
  expect(logs).toEqual([expect.stringMatching(/Error fetching credentials.*EHOSTUNREACH/)]);
});

test('no token, or another path: refused without asking', async () => {
  expect(await credentials({})).toMatchObject({ status: 400 });
  expect(await credentials({}, '/else')).toMatchObject({ status: 404 });
  expect(asked).toEqual([]);
});

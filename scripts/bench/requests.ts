import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { ready, systemClock, until, waiting } from '@meshbed/core';
import type { Sandbox } from '@meshbed/sandbox';
import { timed } from './statistics.ts';
import { rounded, type Row } from './table.ts';

const atOnce = 8;
const pods = 100;

interface Question {
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** How many requests the APIs of one sandbox answer, asked by the same process over eight connections. */
export async function requests(): Promise<Row[]> {
  const { createSandbox } = await import('@meshbed/sandbox');
  await using sandbox = await createSandbox();
  const vpcs = await perSecond(2000, describeVpcs(sandbox));
  const listed = await perSecond(400, await listPods(sandbox));
  return [
    { what: 'DescribeVpcs, signature and IAM checked', value: `${rounded(vpcs)} /s` },
    { what: `list of ${pods} pods`, value: `${rounded(listed)} /s` },
    { what: 'memory of the process afterwards', value: `${rounded(process.memoryUsage.rss() / 1e6)} MB` },
  ];
}

async function perSecond(count: number, question: Question): Promise<number> {
  const secure = question.url.startsWith('https');
  const options = { keepAlive: true, maxSockets: atOnce };
  const agent = secure ? new HttpsAgent({ ...options, rejectUnauthorized: false }) : new HttpAgent(options);
  const send = secure ? requestHttps : requestHttp;
  const ask = async () => {
    const { url, headers, body } = question;
    const call = send(url, { method: body === undefined ? 'GET' : 'POST', headers, agent }).end(body);
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`);
    await once(response.resume(), 'end');
  };
  const many = (times: number) =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let at = 0; at < times / atOnce; at++) await ask();
      }),
    );
  await many(count / 10);
  const { ms } = await timed(() => many(count));
  agent.destroy();
  return count / (ms / 1000);
}

/** Signed once: a signature is good for some minutes. */
function describeVpcs({ aws, accounts, region }: Sandbox): Question {
  const { accessKeyId, secretAccessKey } = accounts.local;
  const body = 'Action=DescribeVpcs&Version=2016-11-15';
  const time = new Date(systemClock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = [time.slice(0, 8), region, 'ec2', 'aws4_request'];
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    host: new URL(aws.url).host,
    'x-amz-date': time,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = ['POST', '/', '', lines.join(''), names, hash(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), hash(canonical)].join('\n');
  const sign = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const signature = [...scope, toSign].reduce<string | Buffer>(sign, `AWS4${secretAccessKey}`) as Buffer;
  const credential = `Credential=${accessKeyId}/${scope.join('/')}`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature.toString('hex')}`;
  return { url: `${aws.url}/`, headers: { ...headers, authorization }, body };
}

async function listPods(sandbox: Sandbox): Promise<Question> {
  await createCluster(sandbox);
  const cluster = await until(
    async () => {
      const found = sandbox.kube.clusters.get('bench');
      return found ? ready(found) : waiting('EKS creates it');
    },
    { clock: systemClock, what: 'cluster', timeoutMs: 30_000 },
  );
  for (let at = 0; at < pods; at++) {
    const metadata = { name: `pod-${at}`, namespace: 'default', labels: { app: 'bench' } };
    const spec = { containers: [{ name: 'main', image: 'curlimages/curl' }] };
    cluster.store.create({ apiVersion: 'v1', kind: 'Pod', metadata, spec } as Parameters<
      typeof cluster.store.create
    >[0]);
  }
  const headers = { authorization: `Bearer ${cluster.adminToken}` };
  return { url: `${cluster.server}/api/v1/namespaces/default/pods`, headers };
}

async function createCluster({ aws, accounts }: Sandbox): Promise<void> {
  const { principal } = aws.world.credentials.find(accounts.local.accessKeyId)!;
  const call = (service: string, operation: string, input: object) =>
    aws.invoke<Record<string, Record<string, string>>>(principal, service, operation, input);
  const { Vpc } = await call('ec2', 'CreateVpc', { CidrBlock: '10.1.0.0/16' });
  const subnetIds = await Promise.all(
    ['a', 'b'].map(async (zone, at) => {
      const place = { AvailabilityZone: `us-east-2${zone}`, CidrBlock: `10.1.${at}.0/24`, VpcId: Vpc?.['VpcId'] };
      return (await call('ec2', 'CreateSubnet', place))['Subnet']?.['SubnetId'];
    }),
  );
  const Principal = { Service: 'eks.amazonaws.com' };
  const Statement = [{ Effect: 'Allow', Principal, Action: ['sts:AssumeRole', 'sts:TagSession'] }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { Role } = await call('iam', 'CreateRole', { RoleName: 'bench', AssumeRolePolicyDocument });
  await call('iam', 'AttachRolePolicy', {
    RoleName: 'bench',
    PolicyArn: 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy',
  });
  const resourcesVpcConfig = { subnetIds };
  await call('eks', 'CreateCluster', { name: 'bench', roleArn: Role?.['Arn'], resourcesVpcConfig });
}

import * as LOGS from '@aws-sdk/client-cloudwatch-logs';
import * as EC2 from '@aws-sdk/client-ec2';
import * as ECS from '@aws-sdk/client-ecs';
import * as EKS from '@aws-sdk/client-eks';
import * as CF from '@aws-sdk/client-cloudformation';
import * as CLASSIC from '@aws-sdk/client-elastic-load-balancing';
import * as ELB from '@aws-sdk/client-elastic-load-balancing-v2';
import * as IAM from '@aws-sdk/client-iam';
import * as STS from '@aws-sdk/client-sts';
import { HttpResponse } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloudFormation } from '../cloudformation/index.ts';
import { ec2 } from '../ec2/index.ts';
import { ecs } from '../ecs/index.ts';
import { eks } from '../eks/index.ts';
import { elb } from '../elb/index.ts';
import { elbv2 } from '../elbv2/index.ts';
import { iam } from '../iam/index.ts';
import { logs } from '../logs/index.ts';
import type { Operation, Service } from '../service.ts';
import { sts } from '../sts/index.ts';
import { arbitraryOf } from '../testing/arbitrary.ts';
import { codecs, type Values } from './index.ts';

interface Client {
  send(command: unknown): Promise<Values>;
}
type Sdk = Record<string, unknown>;

/** A service with its client: add a row for each new service. */
const table: [service: Service, sdk: Sdk, client: new (configuration: never) => unknown][] = [
  [sts, STS, STS.STSClient],
  [iam, IAM, IAM.IAMClient],
  [ec2, EC2, EC2.EC2Client],
  [elbv2, ELB, ELB.ElasticLoadBalancingV2Client],
  [elb, CLASSIC, CLASSIC.ElasticLoadBalancingClient],
  [cloudFormation, CF, CF.CloudFormationClient],
  [ecs, ECS, ECS.ECSClient],
  [eks, EKS, EKS.EKSClient],
  [logs, LOGS, LOGS.CloudWatchLogsClient],
];

interface SentRequest {
  method: string;
  path: string;
  query?: Record<string, string | string[]>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** What one call hands from the server's codec to the test, and from the test to the client. */
interface Exchange {
  read?: Values;
  answer: Values;
}

/** A client that talks to the codec instead of a server. */
function clientOf(service: Service, operation: Operation, Client: (typeof table)[0][2], exchange: Exchange): Client {
  const codec = codecs[service.protocol];
  const handle = (request: SentRequest) => {
    const body = Buffer.from(request.body ?? '');
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(request.query ?? {}))
      for (const one of [value].flat()) query.append(key, one);
    if (service.protocol === 'ec2' || service.protocol === 'query') {
      for (const [key, value] of new URLSearchParams(body.toString())) query.append(key, value);
    }
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([key, value]) => [key.toLowerCase(), value]),
    );
    const labels = operation.matcher?.(request.method, request.path) ?? {};
    const received = { method: request.method, path: request.path, rawQuery: '', query, headers, body };
    exchange.read = codec.read(operation, received, labels);
    const reply = { requestId: 'r-1', xmlNamespace: 'http://x/' };
    const { status, headers: sent, body: content } = codec.write(operation, exchange.answer, reply);
    return Promise.resolve({
      response: new HttpResponse({ statusCode: status, headers: sent, body: Buffer.from(content) }),
    });
  };
  const credentials = { accessKeyId: 'A', secretAccessKey: 'B' };
  const requestHandler = { metadata: {}, handle };
  return new Client({
    region: 'us-east-2',
    endpoint: 'http://127.0.0.1:1',
    credentials,
    requestHandler,
  } as never) as Client;
}

/** As the query protocols can carry it: neither empty structures nor empty lists. Bytes and dates become comparable. */
function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Date) return { date: value.getTime() };
  if (Array.isArray(value)) return value.map(comparable).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => key !== '$metadata')
    .map(([key, inner]) => [key, comparable(inner)] as const)
    .filter(([, inner]) => inner !== undefined && !(Array.isArray(inner) && inner.length === 0));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

const valuesOf = (ref: Operation['input'], depth: number): fc.Arbitrary<Values> => {
  const schema = NormalizedSchema.of(ref);
  return (schema.isStructSchema() ? arbitraryOf(schema, depth) : fc.constant({})) as fc.Arbitrary<Values>;
};

describe.each(table.map(([service, sdk, Client]) => [service.name, service, sdk, Client] as const))(
  '%s',
  (_, service, sdk, Client) => {
    test.each(service.operations().map((operation) => [operation.name, operation] as const))(
      '%s: what the client sends is read, what the server writes arrives',
      async (name, operation) => {
        const Command = sdk[`${name}Command`] as new (input: Values) => unknown;
        const cases = fc.asyncProperty(
          valuesOf(operation.input, 3),
          valuesOf(operation.output, 4),
          async (input, answer) => {
            const exchange: Exchange = { answer };
            const received = await clientOf(service, operation, Client, exchange).send(new Command(input));
            expect(comparable(exchange.read)).toEqual(comparable(input));
            // An empty answer of EC2 says return=true, which some outputs have as a member.
            const expected = comparable(answer) ?? ('Return' in received ? { Return: true } : undefined);
            expect(comparable(received)).toEqual(expected);
          },
        );
        await fc.assert(cases, { numRuns: 3, seed: 7 });
      },
    );
  },
);

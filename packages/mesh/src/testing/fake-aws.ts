import { Readable } from 'node:stream';
import type { AwsAccess } from '../aws/index.ts';

export interface FakeService {
  name: string;
  tags?: Record<string, string>;
  ports?: { containerPort: number; appProtocol?: string }[];
  tasks?: { id: string; ip: string; ztunnel?: 'HEALTHY' | 'UNHEALTHY'; lastStatus?: string; zone?: string }[];
}

interface FakeCluster {
  tagged: boolean;
  services: FakeService[];
}

interface WireRequest {
  headers: Record<string, string>;
  body?: unknown;
}

type Answer = { status: number; body: string };
const region = 'us-east-2';

/** STS and ECS behind the SDK's request handler: accounts with clusters, roles with who may assume them. */
export class FakeAws {
  /** Account → cluster → what is in it; `tagged: false` hides it from discovery. */
  readonly accounts: Map<string, Map<string, FakeCluster>> = new Map();
  /** Role ARN → access keys that may assume it. */
  readonly trusts: Map<string, Set<string>> = new Map();
  readonly calls: string[] = [];
  /** Page size of the list operations. */
  pageSize = 100;

  get access(): AwsAccess {
    const handle = async (request: WireRequest) => ({ response: this.#respond(request) });
    return { region, endpoint: 'http://aws.internal', requestHandler: { handle, destroy: () => {} } as never };
  }

  cluster(account: string, name: string, services: FakeService[], tagged = true): void {
    const clusters = this.accounts.get(account) ?? new Map<string, FakeCluster>();
    this.accounts.set(account, clusters.set(name, { tagged, services }));
  }

  #respond(request: WireRequest) {
    const { status, body } = this.answer(request);
    return {
      statusCode: status,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: Readable.from([Buffer.from(body)]),
    };
  }

  /** For a server in front of it: headers in lower case. */
  answer({ headers, body }: WireRequest): Answer {
    const key = /Credential=([^/]+)/.exec(headers['authorization'] ?? headers['Authorization'] ?? '')?.[1] ?? '';
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
    const target = headers['x-amz-target'] ?? headers['X-Amz-Target'];
    if (target === undefined) return this.#assumeRole(key, new URLSearchParams(text));
    const operation = target.split('.')[1] ?? '';
    this.calls.push(`${key} ${operation}`);
    const account = key.replace(/^ASIA/, '');
    return { status: 200, body: JSON.stringify(this.#ecs(account, operation, JSON.parse(text) as Input)) };
  }

  #assumeRole(key: string, parameters: URLSearchParams): Answer {
    const role = parameters.get('RoleArn') ?? '';
    this.calls.push(`${key} AssumeRole ${role}`);
    if (!this.trusts.get(role)?.has(key)) {
      const message = `User: ${key} is not authorized to perform: sts:AssumeRole on resource: ${role}`;
      const error = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`;
      return { status: 403, body: error };
    }
    const account = role.split(':')[4];
    const credentials = `<AccessKeyId>ASIA${account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>`;
    const result = `<AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult>`;
    return { status: 200, body: `<AssumeRoleResponse>${result}</AssumeRoleResponse>` };
  }

  #ecs(account: string, operation: string, input: Input): object {
    const clusters = this.accounts.get(account) ?? new Map<string, never>();
    const arn = (kind: string, name: string) => `arn:aws:ecs:${region}:${account}:${kind}/${name}`;
    const cluster = input.cluster?.split('/').at(-1) ?? '';
    const services = clusters.get(cluster)?.services ?? [];
    const serviceArn = ({ name }: FakeService) => arn('service', `${cluster}/${name}`);
    const taskArn = (id: string) => arn('task', `${cluster}/${id}`);
    switch (operation) {
      case 'ListClusters':
        return this.#page(
          'clusterArns',
          [...clusters.keys()].map((name) => arn('cluster', name)),
          input,
        );
      case 'DescribeClusters': {
        const described = (input.clusters ?? []).map((clusterArn) => {
          const clusterName = clusterArn.split('/').at(-1) ?? '';
          const tags = clusters.get(clusterName)?.tagged
            ? [{ key: 'ecs.solo.io/discovery-enabled', value: 'true' }]
            : [];
          return { clusterArn, clusterName, status: 'ACTIVE', tags };
        });
        return { clusters: described };
      }
      case 'ListServices':
        return this.#page('serviceArns', services.map(serviceArn), input);
      case 'DescribeServices': {
        const wanted = services.filter((service) => input.services?.includes(serviceArn(service)));
        return {
          services: wanted.map((service) => ({
            serviceName: service.name,
            serviceArn: serviceArn(service),
            status: 'ACTIVE',
            taskDefinition: `${service.name}:1`,
            tags: Object.entries(service.tags ?? {}).map(([key, value]) => ({ key, value })),
          })),
        };
      }
      case 'ListTasks':
        return this.#page(
          'taskArns',
          services.flatMap(({ tasks = [] }) => tasks.map(({ id }) => taskArn(id))),
          input,
        );
      case 'DescribeTasks':
        return {
          tasks: services
            .flatMap((service) => tasksOf(service, taskArn))
            .filter((task) => input.tasks?.includes(task.taskArn)),
        };
      case 'DescribeTaskDefinition': {
        const name = input.taskDefinition?.split(':')[0];
        const found = [...clusters.values()].flatMap((each) => each.services).find((service) => service.name === name);
        const portMappings = (found?.ports ?? []).map((port) => ({ protocol: 'tcp', ...port }));
        const ztunnel = { name: 'ztunnel', portMappings: [{ containerPort: 15_008, protocol: 'tcp' }] };
        return { taskDefinition: { containerDefinitions: [{ name: 'app', portMappings }, ztunnel] } };
      }
      default:
        throw new Error(`${operation} is not scripted`);
    }
  }

  #page(field: string, all: string[], { nextToken = '0' }: Input): object {
    const start = Number(nextToken);
    const end = start + this.pageSize;
    return { [field]: all.slice(start, end), ...(end < all.length ? { nextToken: String(end) } : {}) };
  }
}

interface Input {
  cluster?: string;
  clusters?: string[];
  services?: string[];
  tasks?: string[];
  taskDefinition?: string;
  nextToken?: string;
}

const tasksOf = ({ name, tasks = [] }: FakeService, taskArn: (id: string) => string) =>
  tasks.map(({ id, ip, ztunnel, lastStatus = 'RUNNING', zone = `${region}a` }) => ({
    taskArn: taskArn(id),
    lastStatus,
    desiredStatus: 'RUNNING',
    group: `service:${name}`,
    availabilityZone: zone,
    attachments: [{ type: 'ElasticNetworkInterface', details: [{ name: 'privateIPv4Address', value: ip }] }],
    containers: [
      { name: 'app', lastStatus: 'RUNNING', healthStatus: 'UNKNOWN' },
      ...(ztunnel === undefined ? [] : [{ name: 'ztunnel', lastStatus: 'RUNNING', healthStatus: ztunnel }]),
    ],
  }));

import { inventory } from '@meshbed/aws-server';
import { faultKinds, type FaultRule } from '../faults/kinds.ts';
import type { Sandbox } from '../sandbox.ts';
import { advanceClock, readClock } from './clock.ts';
import { events, requests } from './events.ts';
import { openApi } from './openapi.ts';
import { resetSandbox } from './reset.ts';
import type { Route } from './route.ts';

const fields = {
  ...Object.fromEntries(
    [
      'service',
      'operation',
      'account',
      'principal',
      'resource',
      'code',
      'message',
      'state',
      'from',
      'to',
      'through',
    ].map((name) => [name, { type: 'string' }]),
  ),
  ...Object.fromEntries(['status', 'ms', 'count', 'forMs'].map((name) => [name, { type: 'integer' }])),
  probability: { type: 'number', minimum: 0, maximum: 1 },
};

const object = (properties: object, required: readonly string[] = []) => ({ type: 'object', properties, required });

/** The control API. */
export const routes: readonly Route<Sandbox>[] = [
  {
    method: 'GET',
    path: '/health',
    summary: 'whether the sandbox is ready: 200, or 503 with what is still missing',
    open: true,
    answer: '{ status, missing? }',
    run: () => ({ status: 'ready' }),
  },
  {
    method: 'GET',
    path: '/openapi.json',
    summary: 'this description',
    answer: 'OpenAPI 3.1',
    run: () => openApi(routes),
  },
  {
    method: 'GET',
    path: '/info',
    summary: 'what this sandbox is: addresses, accounts, clusters, memory',
    answer: '{ pid, region, urls, accounts, clusters, directory, memoryBytes }',
    run: (sandbox) => sandbox.facts(),
  },
  {
    method: 'GET',
    path: '/resources',
    summary: 'what exists in the accounts',
    query: { account: 'only of this account', service: 'only of this service' },
    answer: '[{ account, service, type, id, name?, state? }]',
    run: ({ aws }, { query }) =>
      inventory(aws.world).filter(
        ({ account, service }) =>
          (query.get('account') ?? account) === account && (query.get('service') ?? service) === service,
      ),
  },
  {
    method: 'GET',
    path: '/events',
    summary: 'the last events; with accept: text/event-stream those from now on',
    query: { area: 'aws, ecs, eks, fabric, fault, …', last: 'how many; default 1000' },
    answer: '[{ atMs, area, what, facts }]',
    run: ({ log }, call) => events(log, call),
  },
  {
    method: 'GET',
    path: '/requests',
    summary: 'the last calls of AWS APIs, with caller and verdict',
    query: { last: 'how many; default 100' },
    answer: '[{ atMs, operation, principal?, verdict }]',
    run: ({ log }, call) => requests(log, call),
  },
  {
    method: 'GET',
    path: '/connections',
    summary: 'who connected to what in the network, and what decided',
    answer: '[{ from, to, verdict, by?, reason?, count, lastMs }]',
    run: ({ fabric }) => fabric.connections.list(),
  },
  {
    method: 'GET',
    path: '/faults',
    summary: 'the faults in force',
    answer: '[{ id, rule, addedMs, hits }]',
    run: ({ faults }) => faults.list(),
  },
  {
    method: 'POST',
    path: '/faults',
    summary: 'adds a fault',
    body: object({ kind: { type: 'string', enum: Object.keys(faultKinds) }, ...fields }, ['kind']),
    answer: '{ id, rule, addedMs, hits }',
    status: 201,
    run: ({ faults }, { body }) => faults.add(body as FaultRule),
  },
  {
    method: 'DELETE',
    path: '/faults',
    summary: 'clears all faults',
    answer: '{}',
    run: ({ faults }) => faults.clear(),
  },
  {
    method: 'DELETE',
    path: '/faults/{id}',
    summary: 'clears one fault',
    answer: '{}',
    run: ({ faults }, { parameters }) => faults.clear(parameters['id'] ?? ''),
  },
  {
    method: 'GET',
    path: '/clock',
    summary: 'what time it is in the sandbox',
    answer: '{ nowMs, time, kind }',
    run: ({ clock }) => readClock(clock),
  },
  {
    method: 'POST',
    path: '/clock/advance',
    summary: 'moves a virtual clock forward',
    body: object({ ms: { type: 'number', minimum: 0 } }, ['ms']),
    answer: '{ nowMs, time, kind }',
    run: ({ clock }, { body }) => advanceClock(clock, body),
  },
  {
    method: 'POST',
    path: '/reset',
    summary:
      'as new: everything and no faults, one account, one subscription, or one cluster (EKS, AKS: its objects, ECS: its services and tasks)',
    body: object({ account: { type: 'string' }, subscription: { type: 'string' }, cluster: { type: 'string' } }),
    answer: '{ reset }',
    run: (sandbox, { body }) => resetSandbox(sandbox, body),
  },
  {
    method: 'POST',
    path: '/stop',
    summary: 'asks the program that runs the sandbox to end it',
    answer: '{}',
    status: 202,
    run: (sandbox) => sandbox.stop(),
  },
];

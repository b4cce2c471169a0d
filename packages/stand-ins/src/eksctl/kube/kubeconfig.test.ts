import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Aws } from '../aws.ts';
import type { Call } from '../context.ts';
import { removeContext, saveContext } from './kubeconfig.ts';

const before = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'other', cluster: { server: 'https://other' } }],
  users: [{ name: 'other', user: { token: 't' } }],
  contexts: [{ name: 'other', context: { cluster: 'other', user: 'other' } }],
  'current-context': 'other',
};

test('kubeconfig: the cluster comes and goes beside what is there, its token is made by aws', () => {
  const files = new Map([['/k', JSON.stringify(before)]]);
  const call = {
    context: {
      env: { KUBECONFIG: '/k', AWS_PROFILE: 'local' },
      clock: virtualClock(),
      write: () => {},
      readFile: (path: string) => files.get(path) ?? '',
      writeFile: (path: string, text: string) => files.set(path, text),
    },
    flags: {},
    words: [],
  } as unknown as Call;
  const aws = { region: 'us-east-2', caller: 'operator' } as Aws;
  const host = 'demo.us-east-2.eksctl.io';
  saveContext(call, aws, { name: 'demo', endpoint: 'https://demo', certificateAuthority: { data: 'Q0E=' } });
  const saved = parse(files.get('/k') ?? '');
  expect(saved['current-context']).toBe(`operator@${host}`);
  expect(saved.clusters.map(({ name }: { name: string }) => name)).toEqual(['other', host]);
  expect(saved.users[1].user.exec).toMatchObject({
    command: 'aws',
    args: expect.arrayContaining(['get-token', '--cluster-name', 'demo']),
    env: expect.arrayContaining([{ name: 'AWS_PROFILE', value: 'local' }]),
  });
  removeContext(call, aws, 'demo');
  expect(parse(files.get('/k') ?? '')).toMatchObject({ ...before, 'current-context': '' });
});

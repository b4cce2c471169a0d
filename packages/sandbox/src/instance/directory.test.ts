import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIds } from '@meshbed/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InstanceDirectory } from './directory.ts';
import { createAccounts } from './keys.ts';

let parent: string;
let directory: InstanceDirectory;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "it's a test-"));
  directory = new InstanceDirectory(parent);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const accounts = createAccounts(createIds('test'));
const read = (name: string) => readFileSync(directory.file(name), 'utf8');
const modeOf = (name: string) => (statSync(directory.file(name)).mode & 0o777).toString(8);

test('AWS configuration: a profile per account, its endpoint and its own keys, for the owner’s eyes only', () => {
  directory.writeAws(Object.values(accounts), { region: 'us-east-2', endpoint: 'http://127.0.0.1:4610' });
  expect(read('aws-config')).toBe(`[default]
region = us-east-2
output = json
endpoint_url = http://127.0.0.1:4610
cli_pager =

[profile local]
region = us-east-2
output = json
endpoint_url = http://127.0.0.1:4610
cli_pager =

[profile external]
region = us-east-2
output = json
endpoint_url = http://127.0.0.1:4610
cli_pager =
`);
  const { accessKeyId, secretAccessKey } = accounts.external;
  expect(read('aws-credentials')).toContain(
    `[external]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  expect([modeOf('aws-config'), modeOf('aws-credentials'), modeOf('kubeconfig')]).toEqual(['644', '600', '600']);
});

test('keys: of the right form, different for each account and instance, and seen to be of no cloud', () => {
  const keys = [...Object.values(accounts), ...Object.values(createAccounts(createIds('other')))];
  for (const { accessKeyId, secretAccessKey, accountId } of keys) {
    expect(accessKeyId).toMatch(/^AKIAMESHBED[A-Z2-7]{9}$/);
    expect(secretAccessKey).toMatch(/^not-a-real-secret\/.{22}$/);
    expect(accountId).toMatch(/^00000000000[12]$/);
  }
  expect(new Set(keys.map(({ accessKeyId }) => accessKeyId)).size).toBe(4);
  expect(createAccounts(createIds('test'))).toEqual(accounts);
});

test('kubeconfig: a context per cluster, the first one current, gone with its cluster', () => {
  const cluster = { server: 'https://127.0.0.1:1/clusters/a', certificateAuthorityData: 'Y2E=', token: 'secret' };
  for (const name of ['a', 'b']) directory.addContext({ ...cluster, name });
  expect(JSON.parse(read('kubeconfig'))).toMatchObject({
    kind: 'Config',
    clusters: [
      { name: 'a', cluster: { server: cluster.server, 'certificate-authority-data': 'Y2E=' } },
      { name: 'b', cluster: { server: cluster.server } },
    ],
    users: [{ name: 'a', user: { token: 'secret' } }, { name: 'b' }],
    contexts: [
      { name: 'a', context: { cluster: 'a', user: 'a' } },
      { name: 'b', context: { cluster: 'b', user: 'b' } },
    ],
    'current-context': 'a',
  });
  directory.removeContext('a');
  expect(JSON.parse(read('kubeconfig'))).toMatchObject({ contexts: [{ name: 'b' }], 'current-context': 'b' });
  directory.removeContext('b');
  expect(JSON.parse(read('kubeconfig'))).toMatchObject({ contexts: [], 'current-context': '' });
});

test('env.sh: can be sourced, whatever the folder is called; env.json says the same', () => {
  const azure = { subscription: 's', tenant: 't', clientId: 'c', clientSecret: 'x', url: 'https://localhost:4611' };
  const endpoint = 'http://127.0.0.1:4610';
  const variables = directory.environment({ region: 'us-east-2', profile: 'local', endpoint, azure });
  directory.writeEnvironment({ ...variables, TRICKY: `a'b "c" $HOME \`d\`` });
  const shown = execFileSync('/bin/sh', [
    '-c',
    '. "$1"; printf "%s\\n" "$KUBECONFIG" "$TRICKY" "$AWS_PROFILE"',
    'sh',
    directory.file('env.sh'),
  ]);
  expect(shown.toString().split('\n').slice(0, 3)).toEqual([
    directory.file('kubeconfig'),
    `a'b "c" $HOME \`d\``,
    'local',
  ]);
  expect(JSON.parse(read('env.json'))).toMatchObject(variables);
  for (const file of Object.values(variables).filter((value) => value.startsWith('/'))) expect(file).toContain(parent);
});

test('dispose: nothing is left, also after a second time', () => {
  directory.writeCertificateAuthority('pem');
  expect(readdirSync(directory.path).toSorted()).toEqual([
    'azure',
    'bin',
    'ca.pem',
    'containers',
    'home',
    'kubeconfig',
  ]);
  directory[Symbol.dispose]();
  directory[Symbol.dispose]();
  expect(existsSync(directory.path)).toBe(false);
  expect(readdirSync(parent)).toEqual([]);
});

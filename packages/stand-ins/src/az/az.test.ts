import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@meshbed/core';
import { main } from './main.ts';
import { render } from './output.ts';

// What the real program printed for the same values (azure-cli 2.45.0).
const group = {
  id: '/subscriptions/s/resourceGroups/rg1',
  location: 'eastus',
  managedBy: null,
  name: 'rg1',
  properties: { provisioningState: 'Succeeded' },
  tags: { a: 'b', c: 'd' },
  type: 'Microsoft.Resources/resourceGroups',
};

describe('output', () => {
  test.each<[string, unknown, string | undefined, string, string]>([
    ['a string', group, 'name', 'tsv', 'rg1\n'],
    ['nothing', group, 'nope', 'tsv', ''],
    ['nothing as JSON', group, 'nope', 'json', ''],
    ['an object', group, undefined, 'tsv', '/subscriptions/s/resourceGroups/rg1\teastus\tNone\trg1\t\t\tMicrosoft.Resources/resourceGroups\n'],
    ['a list of rows', [group], '[].[name,location,tags]', 'tsv', 'rg1\teastus\t\n'],
    ['a list in a row', { a: [1, 2], b: true }, undefined, 'tsv', '2\tTrue\n'],
    ['a boolean', false, undefined, 'tsv', 'false\n'],
    ['a boolean as JSON', false, undefined, 'json', 'false\n'],
    ['a function', [group], 'length(@)', 'json', '1\n'],
    ['a table', group, undefined, 'table', 'Location    Name\n----------  ------\neastus      rg1\n'],
    ['a table of a query', [group], '[].{n:name,l:location}', 'table', 'N    L\n---  ------\nrg1  eastus\n'],
    ['none', group, undefined, 'none', ''],
  ])('%s', (_, value, query, format, expected) => {
    expect(render({ value, query, format, columns: undefined })).toBe(expected);
  }); // prettier-ignore

  test.each([
    ['a query', { query: '[[[', format: 'json' }, /--query: invalid jmespath/],
    ['a format', { query: undefined, format: 'yamlc' }, /invalid choice: 'yamlc'/],
  ])('%s that is none: says so', (_, options, message) => {
    expect(() => render({ value: group, columns: undefined, ...options })).toThrow(message);
  });
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshbed-az-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function az(...words: string[]): Promise<{ code: number; out: string; error: string }> {
  let [out, error] = ['', ''];
  const code = await main(words, {
    clock: systemClock,
    environment: { AZURE_CONFIG_DIR: folder, HOME: folder },
    write: (text) => (out += text),
    writeError: (text) => (error += text),
  });
  return { code, out, error };
}

const account = (id: string, isDefault: boolean) => ({
  id,
  name: `name of ${id}`,
  state: 'Enabled',
  isDefault,
  tenantId: 't',
  environmentName: 'meshbed',
  user: { name: 'c', type: 'servicePrincipal' },
});

function login() {
  writeFileSync(join(folder, 'config'), '[cloud]\nname = meshbed\n');
  const endpoints = [
    'endpoint_resource_manager = https://localhost:1',
    'endpoint_active_directory = https://localhost:1/adfs',
  ];
  writeFileSync(join(folder, 'clouds.config'), `[meshbed]\n${endpoints.join('\n')}\n`);
  const subscriptions = [account('one', true), account('two', false)];
  writeFileSync(join(folder, 'azureProfile.json'), `\uFEFF${JSON.stringify({ subscriptions })}`);
}

describe('commands', () => {
  test('account: shown, switched', async () => {
    login();
    expect((await az('account', 'show', '--query', 'id', '-o', 'tsv')).out).toBe('one\n');
    expect(await az('account', 'set', '-s', 'Name of two')).toEqual({ code: 0, out: '', error: '' });
    expect((await az('account', 'show', '--query', 'id', '-o', 'tsv')).out).toBe('two\n');
  });

  test.each<[string, string[], number, RegExp]>([
    ['a verb that it does not know', ['vm', 'list'], 2, /'vm list' is not one of the commands/],
    ['a verb that is nearly one', ['aks', 'crate'], 2, /Did you mean: az aks create/],
    ['an option that it does not know', ['group', 'show', '-n', 'a', '--turbo'], 2, /unrecognized arguments: --turbo/],
    ['a missing option', ['group', 'create', '-n', 'a'], 2, /required: --location\/-l/],
    ['no answer to a question', ['group', 'delete', '-n', 'a'], 1, /no tty available. Use --yes/],
    ['an unknown subscription', ['account', 'set', '-s', 'x'], 1, /doesn't exist in cloud 'meshbed'/],
    ['a login that it does not support', ['login'], 2, /--service-principal/],
  ])('%s: exit code and words of az', async (_, words, code, says) => {
    login();
    const ended = await az(...words);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.error).toMatch(says);
  });

  test('outside of a sandbox: speaks to no cloud', async () => {
    const { code, error } = await az('group', 'list');
    expect([code, error]).toEqual([1, expect.stringMatching(/'AzureCloud' is not registered.*meshbed sandbox exec/)]);
  });
});

import { readFileSync } from 'node:fs';
import { Secret } from '@meshbed/core';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { defaultConfiguration, loadConfiguration } from '../index.ts';
import { settings } from '../settings/index.ts';
import { machine } from '../testing/machine.ts';
import { exampleOf, shellFile, yamlFile } from './example.ts';
import { configurationSchema } from './schema.ts';
import { shownAsJson, shownAsYaml, shownWithOrigins } from './show.ts';

const everything = new Map(settings.map((setting) => [setting.key, exampleOf(setting)]));
const licence = { GLOO_MESH_LICENSE_KEY: 'planted-licence' };

const load = (file: string, text: string, environment: Record<string, string> = licence) =>
  loadConfiguration({ files: [file], machine: machine({ [file]: text }, environment), target: 'cloud', scenario: 3 });

test.each([
  ['meshbed.yaml', yamlFile],
  ['meshbed.sh', shellFile],
])('init: %s without values says nothing', (file, write) => {
  const { configuration } = loadConfiguration({
    files: [file],
    machine: machine({ [file]: write(new Map()) }),
    target: 'sandbox',
  });
  expect(configuration).toEqual(defaultConfiguration);
});

test('init: YAML with every value is read back', () => {
  const { values } = load('meshbed.yaml', yamlFile(everything));
  const elsewhere = [...values.values()].filter(({ origin }) => origin.kind !== 'file');
  expect(elsewhere.map(({ name }) => name)).toEqual(['GLOO_MESH_LICENSE_KEY']);
});

test('init: a shell file with every value is read back', () => {
  const { values } = load('meshbed.sh', shellFile(everything));
  expect(values.get('ownerName')).toMatchObject({ value: 'meshbed', origin: { kind: 'file' } });
});

test('init: only what a scenario looks at', () => {
  expect(yamlFile(new Map(), 1)).not.toMatch(/azure|external/);
  expect(yamlFile(new Map(), 4)).toContain('azure:');
});

test.each([
  ['YAML', shownAsYaml],
  ['origins', shownWithOrigins],
  ['JSON', shownAsJson],
])('show: a secret is redacted in %s', (_as, show) => {
  const { values } = load('meshbed.yaml', yamlFile(everything));
  expect(values.get('licenseKey')?.value).toBeInstanceOf(Secret);
  const shown = show(values);
  expect(shown).toContain('[redacted]');
  expect(shown).not.toContain('planted');
});

test('show: the YAML is the configuration again', () => {
  const { values } = load('meshbed.yaml', yamlFile(everything));
  expect(parse(shownAsYaml(values))).toMatchObject({
    accounts: { local: { id: '111122223333' } },
    cluster: { nodes: 2 },
  });
});

test('schema: has every setting where the file has it, and refuses others', () => {
  const schema = configurationSchema();
  for (const { path } of settings) {
    const found = path.split('.').reduce<any>((at, name) => {
      expect(at.additionalProperties).toBe(false);
      return at.properties?.[name];
    }, schema);
    expect(found?.description, path).toBeTruthy();
  }
});

test('settings: paths, keys, variables and flags are unique', () => {
  for (const all of [
    settings.map(({ path }) => path),
    settings.map(({ key }) => key),
    settings.flatMap(({ variables }) => variables),
    settings.flatMap(({ flag }) => flag ?? []),
  ])
    expect(new Set(all).size).toBe(all.length);
});

test('settings: every default is as its own rule wants it', () => {
  const { values } = load('meshbed.yaml', yamlFile(everything));
  expect(values.size).toBe(settings.length);
});

test('settings: all names of the known shell files', () => {
  const known =
    'SCENARIO LOCAL_ACCOUNT EXTERNAL_ACCOUNT LOCAL_ACCOUNT_PROFILE EXTERNAL_ACCOUNT_PROFILE INT EXT AWS_REGION CLUSTER_NAME ' +
    'OWNER_NAME NUMBER_NODES NODE_TYPE HUB ISTIO_TAG GLOO_MESH_LICENSE_KEY LOCAL_ROLE EXTERNAL_ROLE ISTIOCTL ' +
    'AZURE_SUBSCRIPTION AZURE_REGION AZURE_RESOURCE_GROUP AKS_CLUSTER_NAME AKS_NODE_COUNT AKS_NODE_VM_SIZE MESH_ID ' +
    'EKS_NETWORK AKS_NETWORK';
  expect(settings.flatMap(({ variables }) => variables)).toEqual(expect.arrayContaining(known.split(' ')));
});

test('settings: secrets are no flags', () => {
  expect(settings.filter(({ rule, flag }) => rule.type === 'secret' && flag !== undefined)).toEqual([]);
});

test('settings: the table loads without a YAML parser', () => {
  for (const file of ['index.ts', 'rules.ts', 'values.ts', 'types.ts'])
    expect(readFileSync(new URL(`../settings/${file}`, import.meta.url), 'utf8')).not.toContain("'yaml'");
});

import { describeError, MeshbedError } from '@meshbed/core';
import { expect, test } from 'vitest';
import { defaultConfiguration, describeOrigin, formatOf, loadConfiguration } from './index.ts';
import type { LoadOptions } from './load.ts';
import { machine } from './testing/machine.ts';

const known = `#!/bin/bash
# Scenario 3
export SCENARIO=3
export LOCAL_ACCOUNT=111122223333
export EXTERNAL_ACCOUNT="444455556666"
export LOCAL_ACCOUNT_PROFILE=local-admin
export EXTERNAL_ACCOUNT_PROFILE='external-admin'
export INT=$LOCAL_ACCOUNT_PROFILE
export EXT=\${EXTERNAL_ACCOUNT_PROFILE}
export AWS_REGION=us-east-2      # Ohio
export OWNER_NAME=$(whoami)
export CLUSTER_NAME="istio-\${OWNER_NAME}"
export NUMBER_NODES=3
export NODE_TYPE=t2.medium
export HUB=registry.example.com:5000/istio
export ISTIO_TAG=1.28.1-solo
export GLOO_MESH_LICENSE_KEY="eyJhbGciOiJub25lIn0.planted"
export LOCAL_ROLE=arn:aws:iam::$LOCAL_ACCOUNT:role/istiod-local
export EXTERNAL_ROLE=
export ISTIOCTL=$HOME/.istioctl/bin/istioctl
`;

function load(text: string, more: Partial<LoadOptions> & { file?: string; environment?: Record<string, string> } = {}) {
  const { file = 'demo.sh', environment = {}, ...options } = more;
  const files = {
    [file]: text,
    'user.yaml': 'owner: from-user-file\nistio: { tag: 9.9.9 }',
    '/keys/licence': 'licence-key-of-file\n',
  };
  return loadConfiguration({ files: [file], machine: machine(files, environment), target: 'sandbox', ...options });
}

function failure(text: string, more: Parameters<typeof load>[1] = {}): string {
  try {
    load(text, more);
  } catch (error) {
    if (error instanceof MeshbedError) return describeError(error);
    throw error;
  }
  throw new Error('it was accepted');
}

test('configuration: a shell file in the known format works unchanged', () => {
  const { configuration } = load(known, { environment: { HOME: '/home/jane' } });
  expect(configuration).toMatchObject({
    scenario: 3,
    region: 'us-east-2',
    accounts: {
      local: { id: '111122223333', profile: 'local-admin', role: 'arn:aws:iam::111122223333:role/istiod-local' },
      external: { id: '444455556666', profile: 'external-admin' },
    },
    ownerName: 'jane',
    clusterName: 'istio-jane',
    nodeCount: 3,
    hub: 'registry.example.com:5000/istio',
    istioctl: '/home/jane/.istioctl/bin/istioctl',
  });
  expect(configuration.licenseKey?.reveal()).toBe('eyJhbGciOiJub25lIn0.planted');
  expect(configuration.accounts.external).not.toHaveProperty('role');
});

test('configuration: the same facts in YAML give the same configuration', () => {
  const yaml = `
scenario: 3
accounts:
  local: { id: 111122223333, profile: local-admin, role: arn:aws:iam::111122223333:role/istiod-local }
  external: { id: 444455556666, profile: external-admin }
owner: jane
cluster: { name: istio-jane, nodes: 3 }
istio:
  hub: registry.example.com:5000/istio
  licenseKey: eyJhbGciOiJub25lIn0.planted
  istioctl: /home/jane/.istioctl/bin/istioctl
`;
  const shell = load(known, { environment: { HOME: '/home/jane' } }).configuration;
  const { licenseKey, ...rest } = load(yaml, { file: 'demo.yaml' }).configuration;
  const { licenseKey: same, ...expected } = shell;
  expect(rest).toEqual(expected);
  expect(licenseKey?.reveal()).toBe(same?.reveal());
});

test('configuration: flag before environment before file before default, each with its origin', () => {
  const text = 'export CLUSTER_NAME=from-file\nexport OWNER_NAME=from-file\nexport NODE_TYPE=m5.large\n';
  const { configuration, values } = load(text, {
    files: ['demo.sh', 'user.yaml'],
    flags: { clusterName: 'from-flag', json: true },
    environment: { CLUSTER_NAME: 'from-environment', OWNER_NAME: 'plain', MESHBED_OWNER_NAME: 'prefixed', HUB: '' },
  });
  const origin = (key: string) => describeOrigin(values.get(key)!.origin);
  expect([configuration.clusterName, origin('clusterName')]).toEqual(['from-flag', 'flag --cluster-name']);
  expect([configuration.ownerName, origin('ownerName')]).toEqual(['prefixed', 'environment MESHBED_OWNER_NAME']);
  expect([configuration.nodeType, origin('nodeType')]).toEqual(['m5.large', 'demo.sh:3:8']);
  expect([configuration.istioTag, origin('istioTag')]).toEqual(['9.9.9', 'user.yaml:2:15']);
  expect([configuration.hub, origin('hub')]).toEqual([defaultConfiguration.hub, 'default']);
});

test('configuration: nothing configured is what the scenarios are known with', () => {
  expect(loadConfiguration({ files: [], machine: machine(), target: 'sandbox' }).configuration).toEqual({
    target: 'sandbox',
    region: 'us-east-2',
    accounts: { local: {}, external: {} },
    clusterName: 'istio-ecs-demo',
    ownerName: 'meshbed',
    nodeCount: 2,
    nodeType: 't2.medium',
    hub: 'us-docker.pkg.dev/soloio-img/istio',
    istioTag: '1.28.1-solo',
    meshId: 'mesh1',
    networks: { eks: 'network1', aks: 'network2' },
    azure: {
      region: 'eastus',
      resourceGroup: 'istio-multicloud-rg',
      clusterName: 'istio-aks',
      nodeCount: 2,
      nodeSize: 'Standard_DS2_v2',
    },
    images: {
      echo: 'public.ecr.aws/j8r2p7b6/echo-server:latest',
      shell: 'public.ecr.aws/j8r2p7b6/curl:latest',
      eksEcho: 'gcr.io/istio-testing/app:latest',
      eksShell: 'curlimages/curl:latest',
    },
    imageMeanings: {},
  });
});

test.each([
  [
    'LOCAL_ACCOUNT=12345',
    'demo.sh:1:8: LOCAL_ACCOUNT is "12345"; it must be an AWS account id: 12 digits',
    'it has 5 digits',
  ],
  ['LOCAL_ACCOUNT=', 'demo.sh:1:8: LOCAL_ACCOUNT has no value', 'give it a value, or remove the line'],
  ['AWS_REGION=us-esat-2', 'AWS_REGION is "us-esat-2"; it must be an AWS region', 'did you mean us-east-2?'],
  ['CLUSTER_NAME=-demo', 'it must be an EKS cluster name', 'for example demo'],
  ['CLUSTER_NAME=My_Demo', 'the Kubernetes namespaces ecs-NAME-1 … carry it', 'for example my-demo'],
  [`CLUSTER_NAME=${'x'.repeat(50)}`, 'at most 49 characters long', 'for example xxx'],
  ['NUMBER_NODES=two', 'NUMBER_NODES is "two"; it must be a whole number from 1 to 450', 'for example 2'],
  ['NUMBER_NODES=0', 'NUMBER_NODES is 0; it must be a whole number', ''],
  ['NODE_TYPE=medium', 'an EC2 instance type', 'for example t2.medium'],
  ['HUB=https://registry.example.com/istio/', 'without scheme', 'for example registry.example.com/istio'],
  ['OWNER_NAME="a<b"', 'the value of an AWS tag', ''],
  ['SCENARIO=7', 'SCENARIO is 7; it must be a whole number from 1 to 4', 'for example 2'],
  ['AZURE_SUBSCRIPTION=mine', 'a UUID', 'az account show'],
  ['LOCAL_ROLE="a b"', 'the ARN or the name of an IAM role', ''],
  ['GLOO_MESH_LICENSE_KEY=', 'GLOO_MESH_LICENSE_KEY has no value', ''],
])('configuration: %s is an error', (line, message, hint) => {
  const text = failure(`export ${line}`);
  expect(text).toContain(message);
  expect(text).toContain(hint);
});

test.each([
  ['cluster:\n  nodes: "2 "', 'm.yaml:2:10: cluster.nodes is "2 "; it must be a whole number'],
  ['cluster:\n  nodes: true', 'm.yaml:2:10: cluster.nodes is true; it must be a whole number'],
  ['owner: [a]', 'm.yaml:1:8: owner is a list; it must be text'],
  ['owner: { a: b }', 'm.yaml:1:8: owner is a mapping; it must be text'],
  ['region: false', 'm.yaml:1:9: region is false; it must be text'],
  ['images: x', 'm.yaml:1:9: images is "x"; it must map images to commands or images'],
  ['images: { a: { run: [x] } }', '"a" must be an image, a command as a list of texts'],
])('configuration: YAML %j is an error', (text, message) => {
  expect(failure(text, { file: 'm.yaml' })).toContain(message);
});

test('configuration: images stand for commands or other images', () => {
  const yaml = `
images:
  registry.example.com/echo: public.ecr.aws/j8r2p7b6/echo-server
  registry.example.com/shop: [node, shop.js]
  registry.example.com/pay: { command: [node, pay.js], ports: { 9090: PAY_PORT } }
`;
  expect(load(yaml, { file: 'm.yaml' }).configuration.imageMeanings).toEqual({
    'registry.example.com/echo': { image: 'public.ecr.aws/j8r2p7b6/echo-server' },
    'registry.example.com/shop': { command: ['node', 'shop.js'] },
    'registry.example.com/pay': { command: ['node', 'pay.js'], ports: { 9090: 'PAY_PORT' } },
  });
});

const two = 'export LOCAL_ACCOUNT=111122223333\nexport EXTERNAL_ACCOUNT=444455556666\n';

test.each([
  [3, 'export LOCAL_ACCOUNT=111122223333', 'demo.sh:1:8: EXTERNAL_ACCOUNT is missing: scenario 3 spans two accounts'],
  [3, 'export EXTERNAL_ACCOUNT=111122223333', 'LOCAL_ACCOUNT is missing'],
  [1, 'export INT=admin', 'LOCAL_ACCOUNT is missing: the account of the EKS cluster'],
  [
    3,
    'export LOCAL_ACCOUNT=111122223333\nexport EXTERNAL_ACCOUNT=111122223333',
    'are both 111122223333: scenario 3 needs two',
  ],
  [3, `${two}export INT=a\nexport EXT=a`, 'EXT and INT are both a: one profile leads to one account'],
  [
    1,
    'export LOCAL_ACCOUNT=111122223333\nexport LOCAL_ACCOUNT_PROFILE=a\nexport INT=b',
    'are one setting with two values',
  ],
  [
    1,
    `${two}export LOCAL_ROLE=arn:aws:iam::444455556666:role/r`,
    'the role is in account 444455556666, not 111122223333',
  ],
  [4, 'export EKS_NETWORK=network2', 'are both network2'],
])('configuration: for scenario %i, %j contradicts itself or lacks something', (scenario, text, message) => {
  expect(failure(text, { scenario })).toContain(message);
});

test.each([
  [1, 'export LOCAL_ACCOUNT=111122223333'],
  [2, 'export LOCAL_ACCOUNT=111122223333\nexport EXTERNAL_ACCOUNT=111122223333'],
  [1, 'export EKS_NETWORK=network2'],
  [3, 'export CLUSTER_NAME=demo'],
])('configuration: scenario %i has no quarrel with %j', (scenario, text) => {
  expect(() => load(text, { scenario })).not.toThrow();
});

test('configuration: a cloud has no accounts of its own', () => {
  expect(failure('export SCENARIO=1', { target: 'cloud' })).toContain('LOCAL_ACCOUNT is missing');
});

test('configuration: all problems are told at once', () => {
  const text = failure('export LOCAL_ACCOUNT=1\nexport HUBB=x\nrm -rf x\n', {
    environment: { MESHBED_OWNR_NAME: 'x' },
  });
  expect(text).toContain('the configuration has 4 problems, nothing was started:');
  expect(text).toContain('environment MESHBED_OWNR_NAME: MESHBED_OWNR_NAME is no setting');
  expect(text).toContain('→ did you mean MESHBED_OWNER_NAME?');
});

test('configuration: a file that is not there', () => {
  expect(failure('', { files: ['nowhere.yaml'] })).toContain("can't read the configuration file nowhere.yaml");
});

test('configuration: a file in UTF-16 is named as such', () => {
  expect(failure('\uFFFD\uFFFDe\0x\0')).toMatch(/is not UTF-8[^]*next: +iconv -f UTF-16/);
});

test.each([
  ['env:LICENCE', 'licence-key-of-env'],
  ['file:/keys/licence', 'licence-key-of-file'],
])('secret: %s refers to it', (reference, expected) => {
  const { configuration } = load(`istio: { licenseKey: '${reference}' }`, {
    file: 'm.yaml',
    environment: { LICENCE: 'licence-key-of-env' },
  });
  expect(configuration.licenseKey?.reveal()).toBe(expected);
});

test.each([
  ['env:NOTHING', 'has no value: the variable NOTHING is not set'],
  ['file:/nowhere', "has no value: the file /nowhere can't be read"],
  ['planted', "can't be right: it must have at least 8 characters"],
  ['planted planted', "can't be right"],
  ['[redacted]', 'is only the placeholder'],
])('secret: %s is refused without being shown', (value, message) => {
  const text = failure(`istio: { licenseKey: '${value}' }`, { file: 'm.yaml' });
  expect(text).toContain(message);
  expect(text).not.toContain('planted');
});

test('secret: is not shown by another setting that took it over', () => {
  const text = failure('export GLOO_MESH_LICENSE_KEY=planted-key\nexport CLUSTER_NAME="$GLOO_MESH_LICENSE_KEY!"');
  expect(text).not.toContain('planted');
});

test.each([
  ['a.yaml', 'export A=b', 'yaml'],
  ['a.sh', 'a: b', 'shell'],
  ['config', '# x\nexport A=b', 'shell'],
  ['config', 'A=b', 'shell'],
  ['config', 'cluster:\n  name: a', 'yaml'],
])('configuration: the format of %s with %j is %s', (file, text, format) => {
  expect(formatOf(file, text)).toBe(format);
});

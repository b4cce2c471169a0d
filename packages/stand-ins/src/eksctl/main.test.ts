import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { main } from './main.ts';

async function run(...argv: string[]) {
  let [out, error] = ['', ''];
  const code = await main(argv, {
    env: {},
    clock: virtualClock(),
    write: (text) => (out += text),
    writeError: (text) => (error += text),
    readFile: () => 'apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: { name: x, colour: red }\n',
    writeFile: () => {},
    readInput: () => Promise.resolve(''),
  });
  return { code, out, error };
}

test('eksctl: version', async () => {
  expect(await run('version')).toEqual({ code: 0, out: '0.216.0\n', error: '' });
});

test.each<[argv: string, error: RegExp]>([
  ['utils update-coredns', /unknown command "utils update-coredns" for "eksctl": not supported by this sandbox/],
  [
    'create fargateprofile',
    /unknown command "create fargateprofile"[^]*create cluster, create nodegroup, create addon/,
  ],
  ['anywhere', /unknown command "anywhere"[^]*create cluster, delete cluster/],
  ['constructor', /unknown command "constructor"/],
  ['utils write-kubeconfig', /--cluster must be set/],
  ['create nodegroup --name a', /--cluster must be set/],
  ['create podidentityassociation --cluster a', /--namespace is required/],
  [
    'create podidentityassociation --cluster a --namespace b --service-account-name c',
    /--role-arn, --permission-policy/,
  ],
  ['create addon --cluster a', /--name must be set/],
  ['delete addon --cluster a', /--name must be set/],
  ['create accessentry --cluster a', /--principal-arn must be set/],
  ['create cluster --foo', /Unknown option '--foo'/],
  ['create cluster -f x.yaml', /loading config file "x.yaml": unknown field "metadata.colour"/],
  ['create cluster -f x.yaml --nodes 3', /loading config file/],
  ['create cluster', /--name must be set/],
  ['create cluster a --name b', /--name=b and argument a cannot be used at the same time/],
  ['create cluster a --nodes two', /invalid argument "two" for "--nodes"/],
  ['create cluster a --tags owner', /invalid argument "owner" for "--tags"/],
  ['delete cluster', /--name must be set/],
  ['get nodegroup', /--cluster must be set/],
  ['scale nodegroup --cluster a --name b', /at least one of minimum, maximum and desired nodes/],
])('eksctl %s: is refused before anything is called', async (argv, error) => {
  const result = await run(...argv.split(' '));
  expect(result.code).toBe(1);
  expect(result.error).toMatch(error);
});

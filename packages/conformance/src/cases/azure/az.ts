import { expect } from 'vitest';
import type { Case } from '../../case.ts';

const create = ['-c', '1', '--network-plugin', 'azure', '--enable-managed-identity', '--no-ssh-key'];

/** The verbs of scenario 4, each group of resources its own. */
export const azCases: readonly Omit<Case, 'client'>[] = [
  {
    area: 'account',
    name: 'login: with the service principal, whose subscription is listed, shown and set',
    async run(stage, { command }) {
      const {
        AZURE_CLIENT_ID: id = '',
        AZURE_CLIENT_SECRET: secret = '',
        AZURE_TENANT_ID: tenant = '',
      } = stage.environment;
      await stage.run(command, ['login', '--service-principal', '-u', id, '-p', secret, '--tenant', tenant]);
      const shown = await stage.run(command, ['account', 'show', '--query', 'id', '-o', 'tsv']);
      expect(shown.out.trim()).toBe(stage.environment['AZURE_SUBSCRIPTION_ID']);
      await stage.run(command, ['account', 'set', '--subscription', shown.out.trim()]);
    },
  },
  {
    area: 'group',
    name: 'resource group: created, shown, deleted, then not found',
    async run(stage, { command }) {
      const made = await stage.run(command, ['group', 'create', '-n', 'az-group', '-l', 'westeurope', '--tags', 'a=b']);
      expect(JSON.parse(made.out)).toMatchObject({ name: 'az-group', location: 'westeurope', tags: { a: 'b' } });
      expect((await stage.run(command, ['group', 'exists', '-n', 'az-group'])).out.trim()).toBe('true');
      await stage.run(command, ['group', 'delete', '-n', 'az-group', '--yes']);
      const gone = await stage.attempt(command, ['group', 'show', '-n', 'az-group']);
      expect([gone.code, gone.error]).toEqual([3, expect.stringContaining('(ResourceGroupNotFound)')]);
    },
  },
  {
    area: 'aks',
    name: 'AKS cluster: created, listed, its credentials written, deleted',
    async run(stage, { command }) {
      const at = ['-g', 'az-aks', '-n', 'az-k1'];
      await stage.run(command, ['group', 'create', '-n', 'az-aks', '-l', 'eastus']);
      const state = await stage.run(command, [
        'aks',
        'create',
        ...at,
        ...create,
        '--query',
        'provisioningState',
        '-o',
        'tsv',
      ]);
      expect(state.out.trim()).toBe('Succeeded');
      expect(
        (await stage.run(command, ['aks', 'list', '-g', 'az-aks', '--query', '[].name', '-o', 'tsv'])).out.trim(),
      ).toBe('az-k1');
      const file = stage.sandbox.directory.file('az-kubeconfig');
      await stage.run(command, ['aks', 'get-credentials', ...at, '-f', file]);
      const kubeconfig = await stage.run(command, ['aks', 'get-credentials', ...at, '-f', '-']);
      expect(kubeconfig.out).toContain('clusterUser_az-aks_az-k1');
      await stage.run(command, ['aks', 'delete', ...at, '--yes']);
      expect((await stage.attempt(command, ['aks', 'show', ...at])).code).toBe(3);
      await stage.run(command, ['group', 'delete', '-n', 'az-aks', '--yes']);
    },
  },
  {
    area: 'aks',
    name: 'AKS cluster that exceeds the quota: refused in words of Azure',
    async run(stage, { command }) {
      await stage.run(command, ['group', 'create', '-n', 'az-quota', '-l', 'eastus']);
      const at = ['-g', 'az-quota', '-n', 'az-k2', ...create.slice(2)];
      const refused = await stage.attempt(command, ['aks', 'create', ...at, '-c', '100']);
      expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('InsufficientVCPUQuota')]);
      await stage.run(command, ['group', 'delete', '-n', 'az-quota', '--yes']);
    },
  },
  {
    area: 'aks',
    name: 'AKS cluster without waiting: awaited, its pools and the versions on offer listed, deleted, awaited',
    async run(stage, { command }) {
      await stage.run(command, ['group', 'create', '-n', 'az-wait', '-l', 'eastus']);
      const at = ['-g', 'az-wait', '-n', 'az-k3'];
      const patience = ['--interval', '1', '--timeout', '60'];
      await stage.run(command, ['aks', 'create', ...at, ...create, '--no-wait']);
      await stage.run(command, ['aks', 'wait', ...at, '--created', ...patience]);
      const list = ['aks', 'nodepool', 'list', '-g', 'az-wait', '--cluster-name', 'az-k3'];
      const pools = await stage.run(command, [...list, '--query', '[].{n:name,c:count}', '-o', 'tsv']);
      expect(pools.out.trim()).toBe('nodepool1\t1');
      const versions = await stage.run(command, ['aks', 'get-versions', '-l', 'eastus', '-o', 'table']);
      expect(versions.out).toMatch(/^1\.\d+\.\d+ +None available$/m);
      await stage.run(command, ['aks', 'delete', ...at, '--yes', '--no-wait']);
      await stage.run(command, ['aks', 'wait', ...at, '--deleted', ...patience]);
      await stage.run(command, ['group', 'delete', '-n', 'az-wait', '--yes', '--no-wait']);
      await stage.run(command, ['group', 'wait', '-n', 'az-wait', '--deleted', ...patience]);
    },
  },
  {
    area: 'errors',
    name: 'conflict, validation, not found, a wrong secret: refused in words of Azure, with the exit codes of az',
    async run(stage, { command }) {
      await stage.run(command, ['group', 'create', '-n', 'az-errors', '-l', 'eastus']);
      const { AZURE_CLIENT_ID: id = '', AZURE_TENANT_ID: tenant = '' } = stage.environment;
      const login = ['login', '--service-principal', '-u', id, '-p', 'guessed', '--tenant', tenant];
      const refused: [string[], number, string][] = [
        [['group', 'create', '-n', 'az-errors', '-l', 'westus'], 1, '(InvalidResourceGroupLocation)'],
        [['group', 'create', '-n', 'bad.', '-l', 'eastus'], 1, '(InvalidResourceGroup)'],
        [['group', 'show', '-n', 'nope'], 3, '(ResourceGroupNotFound)'],
        [['aks', 'show', '-g', 'az-errors', '-n', 'nope'], 3, '(ResourceNotFound)'],
        [login, 1, 'AADSTS7000215'],
      ];
      for (const [args, code, says] of refused) {
        const ended = await stage.attempt(command, args);
        expect([ended.code, ended.error]).toEqual([code, expect.stringContaining(says)]);
      }
      await stage.run(command, ['group', 'delete', '-n', 'az-errors', '--yes']);
    },
  },
];

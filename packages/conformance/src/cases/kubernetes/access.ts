import { expect } from 'vitest';
import type { KubectlCase } from './session.ts';

const area = 'access';

export const accessCases: readonly KubectlCase[] = [
  {
    area,
    name: 'can-i: administrators may, service accounts what their roles say',
    async run(kubectl) {
      expect(await kubectl.run('auth can-i delete nodes')).toContain('yes');
      expect(await kubectl.run('auth can-i --list')).toMatch(/\*\.\* +\[\] +\[\] +\[\*\]/);
      await kubectl.run('create serviceaccount reader');
      await kubectl.run('create role reader --verb=get,list --resource=configmaps');
      await kubectl.run(`create rolebinding reader --role=reader --serviceaccount=${kubectl.namespace}:reader`);
      const as = `--as=system:serviceaccount:${kubectl.namespace}:reader`;
      expect(await kubectl.run(`auth can-i list configmaps ${as}`)).toContain('yes');
      expect((await kubectl.fail(`auth can-i list secrets ${as}`)).error).toContain('no');
      const { error } = await kubectl.fail(`get secrets ${as}`);
      expect(error).toMatch(/Forbidden.*cannot list resource "secrets" in API group "" in the namespace "kubectl-/);
    },
  },
  {
    area,
    name: 'tokens: of service accounts, and what is no token',
    async run(kubectl) {
      const server = await kubectl.run('config view --minify -o jsonpath={.clusters[0].cluster.server}');
      const withToken = (token: string) =>
        `--kubeconfig=/dev/null --server=${server} --insecure-skip-tls-verify --token=${token}`;
      expect((await kubectl.fail(`get pods ${withToken('bogus')}`)).error).toContain('You must be logged in');
      if (!kubectl.isAtLeast(24)) return;
      await kubectl.run('create serviceaccount tokened');
      const token = (await kubectl.run('create token tokened --duration=1h')).trim();
      const { error } = await kubectl.fail(`get pods ${withToken(token)}`);
      expect(error).toContain(`User "system:serviceaccount:${kubectl.namespace}:tokened" cannot list resource "pods"`);
    },
  },
  {
    area,
    name: 'kubeconfig of "aws eks update-kubeconfig": the user that its tokens prove',
    async run(kubectl) {
      const config = await kubectl.stage.eksKubeconfig('local');
      if (!config) return;
      expect(await kubectl.run(`get nodes -o name --kubeconfig=${config}`)).toContain('node/ip-');
      if (!kubectl.isAtLeast(28)) return;
      expect(await kubectl.run(`auth whoami --kubeconfig=${config}`)).toMatch(
        /Username +arn:aws:iam::\d+:user\/operator/,
      );
    },
  },
];

import { expect } from 'vitest';
import type { Case } from '../../case.ts';
import type { Stage } from '../../stage/index.ts';

const area = 'EKS tokens';

async function tokenFor(stage: Stage, command: string, cluster: string, profile: string): Promise<string> {
  const args = ['eks', 'get-token', '--cluster-name', cluster, '--output', 'json'];
  const { out } = await stage.run(command, args, { environment: { AWS_PROFILE: profile } });
  return (JSON.parse(out) as { status: { token: string } }).status.token;
}

/** What `aws eks get-token` prints, as a bearer token. */
export const eksTokenCases: readonly Omit<Case, 'client'>[] = [
  {
    area,
    name: 'get-token: good for its cluster, and only there',
    async run(stage, { command }) {
      const { name, status } = await stage.cluster();
      const { profile } = stage.sandbox.accounts.local;
      expect(await status('/api/v1/nodes', await tokenFor(stage, command, name, profile))).toBe(200);
      expect(await status('/api/v1/nodes', await tokenFor(stage, command, 'another', profile))).toBe(401);
      expect(await status('/api/v1/nodes', `${await tokenFor(stage, command, name, profile)}x`)).toBe(401);
    },
  },
  {
    area,
    name: 'get-token: of another account, which has no access entry',
    async run(stage, { command }) {
      const { name, status } = await stage.cluster();
      const { profile } = stage.sandbox.accounts.external;
      expect(await status('/api/v1/nodes', await tokenFor(stage, command, name, profile))).toBe(401);
    },
  },
];

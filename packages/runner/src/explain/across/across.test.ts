import { expect, test } from 'vitest';
import type { Facts } from '../facts/types.ts';
import { meshOf } from '../mesh/index.ts';
import { type Draft, facts } from '../testing/facts.ts';
import { explainAcross, type TwoSides } from './index.ts';
import type { Gateway, Member } from './member.ts';
import type { Reading } from './remote.ts';

const network = 'topology.istio.io/network';
const gateway = (name: string, address?: string): Gateway => ({
  metadata: { name: 'istio-eastwest', namespace: 'istio-eastwest', labels: { [network]: name } },
  spec: { gatewayClassName: 'istio-eastwest' },
  status: { addresses: address === undefined ? [] : [{ value: address }] },
});
const member = (name: string): Member => ({
  network: name,
  gateways: [gateway(name, 'lb.example')],
  roots: ['root'],
  remoteSecrets: [],
});

interface Change {
  eks?: (draft: Draft<Facts>) => void;
  aks?: (draft: Draft<Facts>) => void;
  member?: Partial<Member>;
  reading?: Reading;
}

/** Callers in AKS, the echo in EKS, which is global. */
function sides({ eks, aks, member: there, reading = { state: 'reads' } }: Change = {}): TwoSides {
  const known = facts((draft) => {
    draft.mesh.services[0]!.metadata.labels = { 'istio.io/global': 'true' };
    eks?.(draft);
  });
  const { mesh } = facts(aks);
  return {
    eks: {
      name: 'EKS',
      mesh: meshOf(known),
      member: { ...member('network1'), ...there },
      isRead: true,
      reading: { state: 'reads' },
    },
    aks: {
      name: 'AKS',
      mesh: meshOf({ ...known, ecs: [], mesh: { ...mesh, account: 'subscription' } }),
      member: member('network2'),
      isRead: false,
      reading,
    },
  };
}
const pair = { from: 'aks/default/eks-shell', to: 'eks/eks-echo:8080' };

test('across: both tunnels, the gateway between them, and what is not read is said', () => {
  const { verdict, via, hops } = explainAcross(sides(), pair);
  expect([verdict, via]).toEqual(['allowed', 'hbone']);
  expect(hops.map(({ step, verdict: said }) => `${step} ${said}`)).toEqual([
    'caller allow',
    'name allow',
    'endpoint allow', // its own gateway, not passed
    'endpoint allow',
    'network warn',
    'tunnel allow',
    'endpoint allow',
    'tunnel allow',
    'policy allow',
  ]);
});

test.each<[string, Change, string]>([
  ['a service that is not global', { eks: (draft) => (draft.mesh.services[0]!.metadata.labels = {}) }, 'not-global'],
  ['no remote secret', { reading: { state: 'missing' } }, 'remote-secret-missing'],
  ['another trust domain', { eks: (draft) => (draft.mesh.trustDomain = 'other.example') }, 'trust-domain-differs'],
  ['another root', { member: { roots: ['other'] } }, 'roots-differ'],
  ['no network label', { member: { network: undefined } }, 'network-label-missing'],
  ['no gateway', { member: { gateways: [gateway('elsewhere', 'lb.example')] } }, 'gateway-missing'],
  ['a gateway without address', { member: { gateways: [gateway('network1')] } }, 'gateway-without-address'],
  [
    'no endpoint in the mesh',
    { eks: (draft) => (draft.mesh.pods[1]!.metadata.annotations = {}) },
    'destination-not-enrolled',
  ],
  ['no endpoint at all', { eks: (draft) => draft.mesh.pods.splice(1, 1) }, 'no-endpoint'],
  [
    'a caller outside the mesh',
    { aks: (draft) => (draft.mesh.pods[0]!.metadata.annotations = {}) },
    'caller-not-enrolled',
  ],
  [
    'a policy of the destination',
    { eks: (draft) => draft.mesh.policies.push({ metadata: { name: 'closed', namespace: 'default' }, spec: {} }) },
    'policy-none-allowed',
  ],
])('across: %s is the cause', (_, change, reason) => {
  expect(explainAcross(sides(change), pair)).toMatchObject({ verdict: 'denied', cause: { reason } });
});

test('across: a remote secret that is not taken is a warning, since what was known goes on', () => {
  const { verdict, warnings } = explainAcross(sides({ reading: { state: 'refused', secret: 's' } }), pair);
  expect([verdict, warnings.map(({ reason }) => reason)]).toEqual(['allowed', ['remote-secret-refused']]);
});

test('across: what crosses no border is explained as in one cluster', () => {
  const { verdict, hops } = explainAcross(sides(), { from: pair.from, to: 'aks/eks-echo' });
  expect([verdict, hops.filter(({ step }) => step === 'tunnel').length]).toEqual(['allowed', 1]);
});

test('across: a caller that nobody knows is named as it was asked for', () => {
  expect(() => explainAcross(sides(), { from: 'aks/nowhere/shell', to: pair.to })).toThrow(
    'no caller aks/nowhere/shell',
  );
});

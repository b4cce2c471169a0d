import { expect, test } from 'vitest';
import type { AksNetwork, SecurityRuleView } from '../../azure/network.ts';
import { networkCause } from '../network/causes.ts';
import { traceWay } from '../network/ways.ts';
import { facts as awsFacts } from '../testing/facts.ts';
import { azureFacts, joined, type Node } from './azure.ts';
import type { Pod } from './objects.ts';

const subscription = '00000000-0000-0000-0000-0000000000b1';
const at = (type: string, name: string) =>
  `/subscriptions/${subscription}/resourceGroups/MC_demo/providers/Microsoft.Network/${type}/${name}`;
const [network, group, balancer] = [
  at('virtualNetworks', 'vnet'),
  at('networkSecurityGroups', 'nsg'),
  at('loadBalancers', 'kubernetes'),
];
const machine = (number: number) =>
  `/subscriptions/${subscription}/resourceGroups/MC_demo/providers/Microsoft.Compute/virtualMachineScaleSets/pool/virtualMachines/${number}`;

const rule = (name: string, change: Partial<SecurityRuleView['properties']>): SecurityRuleView => ({
  id: `${group}/${name.startsWith('Deny') ? 'defaultSecurityRules' : 'securityRules'}/${name}`,
  name,
  properties: {
    priority: 500,
    direction: 'Inbound',
    access: 'Allow',
    protocol: 'Tcp',
    sourceAddressPrefix: 'Internet',
    destinationAddressPrefixes: ['198.51.100.5'],
    destinationPortRange: '15008',
    ...change,
  },
});
const out = rule('out', { direction: 'Outbound', sourceAddressPrefix: '*', destinationAddressPrefixes: ['*'] });
const open = rule('open', {});
const last = rule('DenyAllInBound', {
  priority: 65_500,
  access: 'Deny',
  sourceAddressPrefix: '*',
  destinationAddressPrefixes: ['*'],
});

const resource = (id: string) => ({ id, name: id.split('/').at(-1) ?? '', type: '' });
const described = (rules: SecurityRuleView[], outbound = true): AksNetwork => ({
  networks: [
    {
      ...resource(network),
      location: 'eastus',
      properties: {
        addressSpace: { addressPrefixes: ['10.224.0.0/12'] },
        subnets: [{ id: `${network}/subnets/a`, name: 'a', properties: { addressPrefixes: ['10.224.0.0/16'] } }],
      },
    },
  ],
  securityGroups: [{ ...resource(group), properties: { securityRules: rules, defaultSecurityRules: [last] } }],
  loadBalancers: [
    {
      ...resource(balancer),
      properties: {
        frontendIPConfigurations: ['in', 'out'].map((name) => ({
          id: `${balancer}/frontendIPConfigurations/${name}`,
          properties: { publicIPAddress: { id: at('publicIPAddresses', name).toUpperCase() } },
        })),
        outboundRules: outbound
          ? [
              {
                id: `${balancer}/outboundRules/aks`,
                properties: { frontendIPConfigurations: [{ id: `${balancer}/frontendIPConfigurations/out` }] },
              },
            ]
          : [],
      },
    },
  ],
  publicAddresses: [
    { ...resource(at('publicIPAddresses', 'in')), properties: { ipAddress: '198.51.100.5' } },
    { ...resource(at('publicIPAddresses', 'out')), properties: { ipAddress: '198.51.100.4' } },
  ],
});
const nodes: Node[] = [0, 1].map((number) => ({
  metadata: { name: `node-${number}` },
  spec: { providerID: `azure://${machine(number)}` },
  status: { addresses: [{ type: 'InternalIP', address: `10.224.0.${number + 4}` }] },
}));
const pods: Pod[] = [{ metadata: { name: 'p' }, spec: { nodeName: 'node-1' }, status: { podIP: '10.224.0.30' } }];

/** From a machine of Azure, or from one in AWS. */
function trace(
  from: 'azure' | 'aws',
  to: string,
  { rules = [open, out], outbound = true }: { rules?: SecurityRuleView[]; outbound?: boolean } = {},
) {
  const known = awsFacts();
  const azure = azureFacts({ subscription, network: described(rules, outbound), nodes, pods });
  const facts = { ...known, network: joined(known.network, azure) };
  const source = facts.network.interfaces.get(from === 'azure' ? machine(1) : 'eni-node');
  if (!source) throw new Error('no source');
  const way = { from: { interface: source, ip: source.ips[0] ?? '' }, to: { ip: to, port: 15_008 } };
  const verdict = traceWay(facts, way);
  return { verdict, cause: verdict.kind === 'connected' ? undefined : networkCause(facts, way, verdict) };
}

test('network of Azure: a pod has its address on the interface of its machine', () => {
  const { interfaces } = azureFacts({ subscription, network: described([]), nodes, pods });
  expect(interfaces.get(machine(1))?.ips).toEqual(['10.224.0.5', '10.224.0.30']);
});

test('network of Azure: the way out is an outbound rule, which translates', () => {
  const { verdict } = trace('azure', '198.51.100.5');
  expect(verdict).toMatchObject({ kind: 'connected', sourceIp: '198.51.100.4' });
  expect(verdict.hops.map(({ object }) => object)).toContain(`${balancer}/outboundRules/aks`);
});

test.each<[string, Parameters<typeof trace>[2], string, string, RegExp]>([
  [
    'a rule that denies',
    { rules: [open, out, rule('closed', { priority: 100, access: 'Deny' })] },
    'security-group-ingress',
    `${group}/securityRules/closed`,
    /^az network nsg rule delete --resource-group MC_demo --nsg-name nsg --name closed$/,
  ],
  [
    'no rule that allows',
    { rules: [out] },
    'security-group-ingress',
    `${group}/defaultSecurityRules/DenyAllInBound`,
    /^az network nsg rule create .*--nsg-name nsg .*--direction Inbound .*--destination-port-ranges 15008$/,
  ],
  ['no way out', { outbound: false }, 'public-address-missing', machine(1), /^$/],
])('network of Azure, %s: the object that decides and what changes it', (_, change, reason, object, fix) => {
  const { cause } = trace('azure', '198.51.100.5', change);
  expect(cause).toMatchObject({ reason, object });
  expect(cause?.fix[0] ?? '').toMatch(fix);
});

test('network of Azure: no private address of it is reached from AWS', () => {
  expect(trace('aws', '10.224.0.30').verdict.kind).not.toBe('connected');
});

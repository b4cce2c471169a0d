import { describe, expect, test } from 'vitest';
import { serviceOf, workloadOf } from '../../testing/mesh-world.ts';
import { MeshState } from '../state/index.ts';
import type { LoadBalancer, Service, Workload } from '../state/types.ts';
import { routeTo } from './route.ts';

const hostname = 'echo.default.svc.cluster.local';
const key = `default/${hostname}`;
const ports = new Map([[80, 8080]]);
const vips = [{ network: 'net', ip: '240.240.0.1' }];
const source = workloadOf({
  name: 'shell',
  addresses: ['10.0.0.1'],
  node: 'n1',
  locality: { region: 'r', zone: 'z1', subzone: '' },
});
const endpoint = (name: string, ip: string, given: Partial<Workload> = {}) =>
  workloadOf({ name, addresses: [ip], services: new Map([[key, ports]]), ...given });

function routed(
  workloads: Workload[],
  { service = {}, random = 0, port = 80 }: { service?: Partial<Service>; random?: number; port?: number } = {},
) {
  const state = new MeshState();
  for (const workload of workloads) state.setWorkload(workload); // endpoints before their service, and the reverse below
  state.setService(serviceOf({ hostname, ports, vips, ...service }));
  const target = { ip: '240.240.0.1', port };
  return routeTo({ state, network: 'net', namespace: 'default', source, target, random: () => random });
}

describe('routes to a service', () => {
  test('an endpoint in the mesh: HBONE, expecting its identity and those of the service', () => {
    const sans = ['spiffe://cluster.local/ns/x/sa/y'];
    expect(routed([endpoint('a', '10.0.0.2')], { service: { subjectAltNames: sans } })).toMatchObject({
      kind: 'hbone',
      hop: { ip: '10.0.0.2', port: 15008 },
      authority: { host: '10.0.0.2', port: 8080 },
      expected: ['spiffe://cluster.local/ns/default/sa/a', ...sans],
    });
  });

  test.each([
    ['the endpoint overrides the port', new Map([[80, 9090]]), ports, 9090],
    ['only the endpoint knows the port', new Map([[80, 9090]]), new Map([[80, 0]]), 9090],
    ['only the service knows it', new Map([[80, 0]]), ports, 8080],
  ])('%s', (_, own, of, port) => {
    const route = routed([endpoint('a', '10.0.0.2', { services: new Map([[key, own]]) })], { service: { ports: of } });
    expect(route).toMatchObject({ authority: { port } });
  });

  const two = [endpoint('a', '10.0.0.2', { capacity: 3 }), endpoint('b', '10.0.0.3')];
  test.each([
    [0, '10.0.0.2'],
    [0.74, '10.0.0.2'],
    [0.76, '10.0.0.3'],
  ])('capacity: chance %f of 3:1 chooses %s', (random, ip) => {
    expect(routed(two, { random })).toMatchObject({ hop: { ip } });
  });

  const near = endpoint('near', '10.0.0.2', { node: 'n1', locality: { region: 'r', zone: 'z1', subzone: '' } });
  const zone = endpoint('zone', '10.0.0.3', { node: 'n2', locality: { region: 'r', zone: 'z1', subzone: '' } });
  const far = endpoint('far', '10.0.0.4', { node: 'n3', locality: { region: 'r', zone: 'z2', subzone: '' } });
  const balancer = (mode: LoadBalancer['mode'], healthPolicy: LoadBalancer['healthPolicy'] = 'OnlyHealthy') => ({
    loadBalancer: { routingPreferences: ['Region', 'Zone', 'Node'] as const, mode, healthPolicy },
  });
  const sick = { ...near, status: 'Unhealthy' as const };
  test.each([
    ['closest first', [far, zone, near], balancer('Failover'), '10.0.0.2'],
    ['then the zone', [far, zone], balancer('Failover'), '10.0.0.3'],
    ['then anything', [far], balancer('Failover'), '10.0.0.4'],
    ['an unhealthy one is left out', [sick, zone], balancer('Failover'), '10.0.0.3'],
    ['unless all are wanted', [sick, zone], balancer('Failover', 'AllowAll'), '10.0.0.2'],
  ])('preferences: %s', (_, workloads, service, ip) => {
    expect(routed(workloads, { service })).toMatchObject({ hop: { ip } });
  });

  test.each([
    ['none at all', [], {}],
    ['STRICT and none that fits', [zone, far], { service: balancer('Strict') }],
    ['only unhealthy ones', [sick], {}],
    ['another port', [near], { port: 81 }],
    ['one without address in this network', [endpoint('x', '', { addresses: [] })], {}],
  ])('no endpoint: %s', (_, workloads, options) => {
    expect(routed(workloads, options)).toMatchObject({
      kind: 'none',
      error: expect.stringMatching(/^no healthy upstream: 240\.240\.0\.1:8[01]$/) as string,
    });
  });

  test('PASSTHROUGH: to where it was dialled', () => {
    expect(routed([near], { service: balancer('Passthrough') })).toMatchObject({
      kind: 'tcp',
      target: { host: '240.240.0.1', port: 80 },
    });
  });

  test('an endpoint with a name instead of an address: resolved when dialled', () => {
    const named = endpoint('n', '', { addresses: [], hostname: 'db.example', protocol: 'TCP' });
    expect(routed([named])).toMatchObject({ kind: 'tcp', target: { host: 'db.example', port: 8080 } });
  });
});

describe('state', () => {
  const state = new MeshState();
  state.setService(serviceOf({ hostname, ports, vips }));
  test('a workload that moves: is found at its new address only', () => {
    state.setWorkload(endpoint('a', '10.0.0.2'));
    state.setWorkload(endpoint('a', '10.0.0.9'));
    expect([state.workloadAt('net', '10.0.0.2'), state.workloadAt('net', '10.0.0.9')?.name]).toEqual([undefined, 'a']);
    expect(state.endpointsOf(serviceOf({ hostname, ports })).map(({ addresses }) => addresses)).toEqual([['10.0.0.9']]);
  });

  test('host network: not found by address', () => {
    state.setWorkload(workloadOf({ name: 'agent', addresses: ['10.0.0.5'], networkMode: 'HostNetwork' }));
    expect(state.workloadAt('net', '10.0.0.5')).toBeUndefined();
  });

  test('two at one address: the pod counts', () => {
    state.setWorkload(workloadOf({ name: 'entry', uid: 'c/WorkloadEntry/x', addresses: ['10.0.0.6'] }));
    state.setWorkload(workloadOf({ name: 'pod', addresses: ['10.0.0.6'], protocol: 'TCP' }));
    expect(state.workloadAt('net', '10.0.0.6')?.name).toBe('pod');
  });

  test('removal: of a workload, a service, and of what is not there', () => {
    state.removeAddress('Kubernetes//Pod/default/a');
    state.removeAddress(key);
    state.removeAddress('nothing');
    expect([state.workloadAt('net', '10.0.0.9'), state.serviceAt('net', '240.240.0.1', 'default')]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { serviceOf, workloadOf } from '../../testing/mesh-world.ts';
import { policy } from '../../testing/two-workloads.ts';
import { MeshState } from '../state/index.ts';
import { type Arrival, decideInbound } from './decide.ts';

const hostname = 'echo.default.svc.cluster.local';
const service = (ports: [number, number][]) => serviceOf({ hostname, ports: new Map(ports) });
const local = workloadOf({
  name: 'echo',
  addresses: ['10.0.0.2'],
  services: new Map([[`default/${hostname}`, new Map([[81, 8181]])]]),
});

function decide(host: string, port: number, { denied = false } = {}) {
  const state = new MeshState();
  state.setWorkload(local);
  state.setService(
    service([
      [80, 8080],
      [81, 1],
      [82, 15008],
    ]),
  );
  if (denied) state.setPolicy(policy('deny-all'));
  const arrival: Arrival = {
    target: { host, port },
    localIp: '10.0.0.2',
    sourceIdentity: 'spiffe://cluster.local/ns/default/sa/shell',
    source: { ip: '10.0.0.1', port: 40_000 },
  };
  return decideInbound(state, local, arrival);
}

describe('inbound: what a caller may ask for', () => {
  test.each([
    ['its address', '10.0.0.2', 8080, 8080],
    ['a service by name', hostname, 80, 8080],
    ['a service whose port this endpoint overrides', hostname, 81, 8181],
  ])('%s: leads to the port', (_, host, port, expected) => {
    expect(decide(host, port)).toMatchObject({ kind: 'connect', port: expected });
  });

  test.each([
    ['another address', '10.0.0.3', 8080, 400, 'ip mismatch: 10.0.0.3 != 10.0.0.2'],
    ['its loopback', '127.0.0.1', 8080, 400, 'ip mismatch: 127.0.0.1 != 10.0.0.2'],
    ['an unknown name', 'nowhere', 80, 503, 'no service or workload for hostname: nowhere'],
    ['an unknown port of a service', hostname, 99, 503, `no port 99 in service ${hostname}`],
    ['ztunnel itself', '10.0.0.2', 15008, 503, 'attempted recursive call to ourselves'],
    ['ztunnel itself by a service', hostname, 82, 503, 'attempted recursive call to ourselves'],
    ['the SOCKS5 port', '10.0.0.2', 15080, 503, 'attempted recursive call to ourselves'],
  ])('%s: refused with a reason', (_, host, port, status, error) => {
    expect(decide(host, port)).toMatchObject({ kind: 'refuse', status, error });
  });

  test.each([
    ['another address', '10.0.0.3', 8080, 400],
    ['an unknown name', 'nowhere', 80, 503],
    ['ztunnel itself', '10.0.0.2', 15008, 503],
    ['a good target', '10.0.0.2', 8080, 401],
  ])('order: a denied caller that asks for %s hears %s:%i → %i', (_, host, port, status) => {
    expect(decide(host, port, { denied: true })).toMatchObject({ kind: 'refuse', status });
  });
});

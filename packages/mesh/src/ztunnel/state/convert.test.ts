import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { AuthorizationSchema } from '../../proto/gen/istio/authorization_pb.ts';
import { ServiceSchema, WorkloadSchema } from '../../proto/gen/istio/workload_pb.ts';
import { ipOf } from './addresses.ts';
import { authorizationOf, serviceOf, workloadOf } from './convert.ts';

describe('addresses', () => {
  test.each([
    ['0a000102', '10.0.1.2'],
    ['00000000000000000000ffff0a000102', '10.0.1.2'],
    ['20010002000000000000000000000001', '2001:2::1'],
    ['00000000000000000000000000000001', '::1'],
    ['00000000000000000000000000000000', '::'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['20010db8000000000001000000000000', '2001:db8:0:0:1::'],
    ['10000000000000000000000000000000', '1000::'],
  ])('%s is %s', (hex, text) => expect(ipOf(Buffer.from(hex, 'hex'))).toBe(text));

  test('any other length: refused', () => expect(() => ipOf(Buffer.alloc(5))).toThrow('5 bytes'));
});

describe('workloads and services', () => {
  const workload = (given: MessageInitShape<typeof WorkloadSchema>) => workloadOf(create(WorkloadSchema, given));
  const service = (given: MessageInitShape<typeof ServiceSchema>) => serviceOf(create(ServiceSchema, given));

  test('what is left out: has the defaults of ztunnel', () => {
    expect(workload({ uid: 'u' })).toMatchObject({
      trustDomain: 'cluster.local',
      serviceAccount: 'default',
      clusterId: 'Kubernetes',
      protocol: 'TCP',
      capacity: 1,
      status: 'Healthy',
      networkMode: 'Standard',
    });
  });

  test.each([
    ['a legacy tunnel', () => workload({ tunnelProtocol: 2 }), 'LEGACY_ISTIO_MTLS'],
    ['an application tunnel', () => workload({ applicationTunnel: { protocol: 1 } }), 'application tunnels'],
    ['a gateway without destination', () => workload({ networkGateway: {} }), 'without destination'],
    ['a range of addresses', () => service({ addresses: [{ address: Buffer.of(10, 0, 0, 0), length: 8 }] }), 'CIDR'],
    ['weighted waypoints', () => service({ weightedWaypoints: [{ weight: 1 }] }), 'weighted waypoints'],
  ])('%s: refused by name', (_, convert, message) => expect(convert).toThrow(message));

  test('a range of one address: is that address', () => {
    expect(service({ addresses: [{ network: 'n', address: Buffer.of(10, 0, 0, 1), length: 32 }] }).vips).toEqual([
      { network: 'n', ip: '10.0.0.1' },
    ]);
  });
});

describe('authorization', () => {
  test('fields that are empty: are not there, and a string match of no kind is dropped', () => {
    const message = create(AuthorizationSchema, {
      name: 'p',
      namespace: 'n',
      scope: 1,
      action: 1,
      rules: [
        {
          clauses: [
            {
              matches: [
                {
                  principals: [{ matchType: { case: 'suffix', value: '/sa/x' } }, {}],
                  sourceIps: [
                    { address: Buffer.of(10, 0, 0, 0), length: 8 },
                    { address: Buffer.of(1), length: 8 },
                  ],
                  destinationPorts: [80],
                },
              ],
            },
          ],
        },
      ],
    });
    expect(authorizationOf(message)).toEqual({
      name: 'p',
      namespace: 'n',
      scope: 'NAMESPACE',
      action: 'DENY',
      dryRun: false,
      rules: [
        {
          clauses: [
            {
              matches: [
                {
                  principals: [{ suffix: '/sa/x' }],
                  sourceIps: [{ address: '10.0.0.0', length: 8 }],
                  destinationPorts: [80],
                },
              ],
            },
          ],
        },
      ],
    });
  });
});

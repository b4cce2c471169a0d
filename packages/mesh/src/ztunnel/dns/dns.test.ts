import { describe, expect, test } from 'vitest';
import { serviceOf, workloadOf } from '../../testing/mesh-world.ts';
import { MeshState } from '../state/index.ts';
import { answer } from './index.ts';

const ports = new Map([[80, 80]]);
const at = (ip: string, network = 'net') => [{ network, ip }];
const state = new MeshState();
for (const service of [
  serviceOf({ hostname: 'echo.default.svc.cluster.local', ports, vips: at('10.100.0.1') }),
  serviceOf({ hostname: 'echo.other.svc.cluster.local', namespace: 'other', ports, vips: at('10.100.0.2') }),
  serviceOf({
    hostname: 'echo-service.ecs-1.ecs.local',
    namespace: 'ecs-1',
    ports,
    vips: [...at('240.240.0.1'), ...at('2001:2::1')],
  }),
  serviceOf({ hostname: 'twice.ecs.local', namespace: 'one', canonical: false, ports, vips: at('240.240.0.2') }),
  serviceOf({ hostname: 'twice.ecs.local', namespace: 'two', ports, vips: at('240.240.0.3') }),
  serviceOf({ hostname: '*.wild.local', ports, vips: at('240.240.0.4') }),
  serviceOf({ hostname: 'far.ecs.local', ports, vips: at('240.240.0.5', 'far') }),
  serviceOf({ hostname: 'headless.default.svc.cluster.local', ports }),
  serviceOf({ hostname: 'external.example', ports }),
]) {
  state.setService(service);
}
state.setWorkload(
  workloadOf({
    name: 'h',
    addresses: ['10.0.0.7'],
    services: new Map([['default/headless.default.svc.cluster.local', ports]]),
  }),
);

describe('DNS: addresses of a name', () => {
  test.each([
    ['echo.default.svc.cluster.local', 'default', ['10.100.0.1']],
    ['echo.default.svc.cluster.local.', 'default', ['10.100.0.1']],
    ['ECHO.default.SVC.cluster.local', 'default', ['10.100.0.1']],
    ['echo', 'default', ['10.100.0.1']],
    ['echo', 'other', ['10.100.0.2']],
    ['echo.other', 'default', ['10.100.0.2']],
    ['echo.other.svc', 'default', ['10.100.0.2']],
    ['echo-service.ecs-1.ecs.local', 'default', ['240.240.0.1']],
    ['twice.ecs.local', 'one', ['240.240.0.2']],
    ['twice.ecs.local', 'default', ['240.240.0.3']],
    ['a.wild.local', 'default', ['240.240.0.4']],
    ['a.b.wild.local', 'default', ['240.240.0.4']],
    ['far.ecs.local', 'default', []],
    ['headless', 'default', ['10.0.0.7']],
  ])('%s from namespace %s: %j', (name, namespace, addresses) => {
    expect(answer(state, name, { namespace, network: 'net', clusterDomain: 'cluster.local' })).toMatchObject({
      kind: 'known',
      addresses,
    });
  });

  test.each(['nowhere', 'echo.nowhere', 'wild.local', 'external.example', 'kube.example.com'])(
    '%s: somebody else may know',
    (name) => {
      expect(answer(state, name, { namespace: 'default', network: 'net', clusterDomain: 'cluster.local' })).toEqual({
        kind: 'unknown',
      });
    },
  );
});

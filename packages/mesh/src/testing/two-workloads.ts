import type { Authorization } from '@meshbed/policy/istio';
import { type Ending, ending } from '@meshbed/hbone/testing';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Service, Workload } from '../ztunnel/state/types.ts';
import { echoApplication, MeshWorld, serviceOf, type TestMember, workloadOf } from './mesh-world.ts';

/** A mesh that ends with the test. */
export function meshWorld(options: ConstructorParameters<typeof MeshWorld>[0] = {}): MeshWorld {
  const world = new MeshWorld(options);
  onTestFinished(() => world[Symbol.dispose]());
  return world;
}

export const vip: string = '240.240.0.1';
export const echoService: Service = serviceOf({
  hostname: 'echo.default.svc.cluster.local',
  vips: [{ network: 'net', ip: vip }],
  ports: new Map([[80, 8080]]),
});
export const echoServices: Workload['services'] = new Map([
  ['default/echo.default.svc.cluster.local', new Map([[80, 8080]])],
]);

export interface MeshOfTwo {
  world: MeshWorld;
  client: TestMember;
  echo: TestMember;
  application: { connections: number };
}

export async function meshOfTwo(server: Partial<Workload> = {}, service: Partial<Service> = {}): Promise<MeshOfTwo> {
  const world = meshWorld();
  world.state.setService({ ...echoService, ...service });
  const client = await world.join(workloadOf({ name: 'shell', addresses: ['10.0.0.1'] }));
  const echo = await world.join(
    workloadOf({ name: 'echo', addresses: ['10.0.0.2'], services: echoServices, ...server }),
  );
  const application = await echoApplication(echo.network, 8080);
  return { world, client, echo, application };
}

/** What an application sees that sends a line and half-closes. */
export async function ask(socket: Socket): Promise<Ending> {
  const end = ending(socket);
  socket.end('hello\n');
  return end;
}

export const answered: Ending = { how: 'end', text: 'hello\n' };
export const reset: Ending = { how: 'reset', text: '' };

export const policy = (name: string, given: Partial<Authorization> = {}): Authorization => ({
  name,
  namespace: 'default',
  scope: 'NAMESPACE',
  action: 'ALLOW',
  rules: [],
  dryRun: false,
  ...given,
});
export const identifiedAs = (serviceAccount: string): Authorization['rules'] => [
  { clauses: [{ matches: [{ principals: [{ exact: `cluster.local/ns/default/sa/${serviceAccount}` }] }] }] },
];

export const ids: { shell: string; echo: string } = {
  shell: 'spiffe://cluster.local/ns/default/sa/shell',
  echo: 'spiffe://cluster.local/ns/default/sa/echo',
};

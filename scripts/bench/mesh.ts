import { once } from 'node:events';
import type { Socket } from 'node:net';
import { systemClock, virtualClock } from '@meshbed/core';
import { network } from '@meshbed/fabric/testing';
import { testAuthority, testMaterial } from '@meshbed/hbone/testing';
import { serviceOf, workloadOf } from '../../packages/mesh/src/testing/mesh-world.ts';
import { AccessLog } from '../../packages/mesh/src/ztunnel/access-log/index.ts';
import { TrafficMetrics } from '../../packages/mesh/src/ztunnel/metrics/index.ts';
import { startProxy } from '../../packages/mesh/src/ztunnel/pod-proxy.ts';
import { MeshState } from '../../packages/mesh/src/ztunnel/state/index.ts';
import { identityOf, type Workload } from '../../packages/mesh/src/ztunnel/state/types.ts';
import { echo } from '../../packages/sandbox/src/images/echo.ts';
import { FabricNetwork } from '../../packages/sandbox/src/runtime/network.ts';

export type Dial = () => Promise<Socket>;

const host = 'echo.default.svc.cluster.local';
const services: Workload['services'] = new Map([[`default/${host}`, new Map([[80, 8080]])]]);

/** Two tasks in one VPC, each with its ztunnel; one of them answers HTTP. */
export async function meshOfTwo(): Promise<AsyncDisposable & { direct: Dial; mesh: Dial }> {
  const stack = new AsyncDisposableStack();
  const net = network();
  const fabric = stack.use(net.fabric);
  const place = () => {
    const { id, ips } = net.at('subnet-public');
    return stack.use(new FabricNetwork(fabric, { eniId: id, ip: ips[0] ?? '' }));
  };
  const [caller, callee] = [place(), place()];
  const state = new MeshState();
  const authority = testAuthority();
  const enrol = async (own: FabricNetwork, given: Partial<Workload> & { name: string }) => {
    const workload = workloadOf({ addresses: [own.ip], ...given });
    state.setWorkload(workload);
    stack.use(
      await startProxy({ ...proxied(workload, state), network: own, certificate: certificateOf(workload) }, 'socks5'),
    );
  };
  const certificateOf = (workload: Workload) => {
    const material = testMaterial(authority, { uris: [identityOf(workload)] });
    return { get: () => Promise.resolve(material) };
  };
  state.setService(
    serviceOf({ hostname: host, vips: [{ network: 'net', ip: '240.240.0.1' }], ports: new Map([[80, 8080]]) }),
  );
  await enrol(caller, { name: 'shell' });
  await enrol(callee, { name: 'echo', services });
  stack.defer(startEcho(callee));
  const mesh = async () => throughSocks(await caller.connectInside(15080), { host, port: 80 });
  return Object.assign(stack, { direct: () => callee.connectInside(8080), mesh });
}

const proxied = ({ name, network: networkName, namespace }: Workload, state: MeshState) => ({
  networkName,
  namespace,
  name,
  clusterDomain: 'cluster.local',
  state,
  access: new AccessLog({ clock: systemClock, print: () => {}, metrics: new TrafficMetrics() }),
  clock: systemClock,
  random: Math.random,
});

function startEcho(own: FabricNetwork): () => Promise<void> {
  const ended = new AbortController();
  const context = { argv: [], env: {}, hostname: 'echo', network: own, clock: virtualClock(), signal: ended.signal };
  const running = echo({ ...context, log: () => {}, setHealthy: () => {}, readFile: () => undefined });
  return async () => {
    ended.abort();
    await running;
  };
}

/** What curl does with `socks5h://`: the proxy resolves the name. */
export async function throughSocks(socket: Socket, to: { host: string; port: number }): Promise<Socket> {
  socket.write(Buffer.from([5, 1, 0]));
  await once(socket, 'data');
  socket.write(Buffer.from([5, 1, 0, 3, to.host.length, ...Buffer.from(to.host), to.port >> 8, to.port & 255]));
  const [[, reply]] = (await once(socket, 'data')) as [Buffer];
  if (reply !== 0) throw new Error(`the proxy refused: reply ${reply}`);
  return socket; // nothing comes before the caller has sent something
}

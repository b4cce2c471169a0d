/** The east-west gateway, as a program: the way into this network for workloads of others, and to istiod. */
import type { Program, ProgramContext, WorkloadNetwork } from '@meshbed/core';
import { formatIdentity, splice } from '@meshbed/hbone';
import type { Socket } from 'node:net';
import { Certificates } from '../ztunnel/certificates.ts';
import { orAborted, runUntilStopped } from '../lifetime.ts';
import { AccessLog } from '../ztunnel/access-log/index.ts';
import { serveHttp } from '../ztunnel/admin/http.ts';
import { TrafficMetrics } from '../ztunnel/metrics/index.ts';
import { podSettings } from '../ztunnel/settings.ts';
import { MeshState } from '../ztunnel/state/index.ts';
import { CrossNetwork } from './cross-network.ts';
import { serveTunnels } from './tunnels.ts';

const xdsPort = 15012;
const statusPort = 15021;
const connectTimeoutMs = 10_000;

export const eastWestGateway: Program = (context) =>
  runUntilStopped(context, async (stack) => {
    const { network, clock, signal } = context;
    const pending = new Set(['certificate', 'state']);
    const ready = () =>
      pending.size === 0
        ? { status: 200, body: 'ready\n' }
        : { status: 500, body: `not ready, pending: ${[...pending].join(', ')}\n` };
    stack.use(await serveHttp({ network, port: statusPort, loopback: false }, ready));
    stack.use(await passThrough(network, xdsPort, istiodOf(context)));
    const settings = podSettings(context, { impersonate: false });
    const state = new MeshState();
    const access = new AccessLog({ clock, print: (line) => context.log(line), metrics: new TrafficMetrics() });
    const certificates = stack.use(
      new Certificates({
        clock,
        request: (spiffe) => settings.controlPlane.requestCertificate(spiffe),
        onFailure: (spiffe, error) =>
          access.write('error', 'identity', `no certificate for ${spiffe}: ${(error as Error).message}`),
      }),
    );
    const identity = formatIdentity(settings);
    const certificate = stack.use(certificates.use(identity));
    await orAborted(settings.controlPlane.follow(state, access), signal);
    pending.delete('state');
    const { networkName } = settings;
    const gateway = stack.use(new CrossNetwork({ context, state, access, networkName, identity }));
    stack.use(await serveTunnels(context, gateway, () => certificate.get()));
    await orAborted(certificate.get(), signal);
    pending.delete('certificate');
    context.setHealthy(true);
  });

/** Bytes as they come: TLS ends at istiod, not here. */
function passThrough(
  network: WorkloadNetwork,
  port: number,
  to: { host: string; port: number },
): Promise<AsyncDisposable> {
  const accept = async (socket: Socket) => {
    socket.on('error', () => {});
    try {
      await splice(socket, await network.connectDirect(to.host, to.port, { timeoutMs: connectTimeoutMs }));
    } catch {
      socket.resetAndDestroy();
    }
  };
  return network.listen(port, (socket) => void accept(socket), { unredirected: true });
}

function istiodOf({ env }: ProgramContext): { host: string; port: number } {
  const { hostname, port } = new URL(env['XDS_ADDRESS'] ?? `https://istiod.istio-system.svc:${xdsPort}`);
  return { host: hostname, port: Number(port || xdsPort) };
}

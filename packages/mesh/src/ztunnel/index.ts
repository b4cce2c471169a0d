/** The node proxy of the mesh, as a program. */
import type { Program, ProgramContext } from '@meshbed/core';
import { formatIdentity } from '@meshbed/hbone';
import { type EnrolledPod, Enrolments } from '../cni/enrolment.ts';
import { orAborted, runUntilStopped } from '../lifetime.ts';
import { AccessLog } from './access-log/index.ts';
import { serveAdmin } from './admin/index.ts';
import { Certificates } from './certificates.ts';
import { TrafficMetrics } from './metrics/index.ts';
import { startProxy } from './pod-proxy.ts';
import type { Proxied } from './proxied.ts';
import { podSettings, type Settings, taskSettings } from './settings.ts';
import { MeshState } from './state/index.ts';

/**
 * `PROXY_MODE=shared` (default): for every pod that the node agent enrols on this node. `PROXY_MODE=dedicated`: for the
 * one task whose network it shares.
 */
export const ztunnel: Program = (context) =>
  runUntilStopped(context, (stack) => {
    const mode = context.env['PROXY_MODE'] ?? 'shared';
    if (mode === 'shared') return runShared(context, stack);
    if (mode === 'dedicated') return runDedicated(context, stack);
    throw new Error(`PROXY_MODE must be shared or dedicated, not ${mode}`);
  });

/** What both modes have: the mesh's state, the reports, the certificates. */
interface Core {
  settings: Settings;
  state: MeshState;
  access: AccessLog;
  certificates: Certificates;
  pending: Set<string>;
  /** Pods that a shared ztunnel works for, by uid. */
  pods: Map<string, EnrolledPod>;
}

/** Serves the admin ports at once, and returns when istiod has told about the whole mesh. */
async function startCore(context: ProgramContext, settings: Settings, stack: AsyncDisposableStack): Promise<Core> {
  const { clock, network, env } = context;
  const state = new MeshState();
  const metrics = new TrafficMetrics();
  const access = new AccessLog({ clock, print: (line) => context.log(line), metrics });
  const { controlPlane, version } = settings;
  const certificates = stack.use(
    new Certificates({
      clock,
      request: (spiffe) => controlPlane.requestCertificate(spiffe),
      onFailure: (spiffe, error) =>
        access.write('error', 'identity', `no certificate for ${spiffe}: ${(error as Error).message}`),
    }),
  );
  const pending = new Set(['state manager', 'proxy']);
  const config = {
    network: settings.networkName,
    proxyMode: env['PROXY_MODE'] ?? 'shared',
    localNode: env['NODE_NAME'] ?? '',
  };
  const pods = new Map<string, EnrolledPod>();
  const dump = () => ({
    state,
    certificates: certificates.list(),
    config,
    version,
    ...(context.node && { proxied: pods }),
  });
  stack.use(await serveAdmin({ network, dump, access, metrics, version, pending: () => [...pending] }));
  await orAborted(controlPlane.follow(state, access), context.signal);
  pending.delete('state manager');
  return { settings, state, access, certificates, pending, pods };
}

async function runDedicated(context: ProgramContext, stack: AsyncDisposableStack): Promise<void> {
  const settings = taskSettings(context);
  const core = await startCore(context, settings, stack);
  const certificate = stack.use(core.certificates.use(formatIdentity(settings)));
  await orAborted(firstCertificate(certificate, context), context.signal);
  const proxied = { ...common(context, core), network: context.network, name: context.hostname, certificate };
  stack.use(await startProxy({ ...proxied, namespace: settings.namespace }, 'socks5'));
  isReady(context, core);
}

async function runShared(context: ProgramContext, stack: AsyncDisposableStack): Promise<void> {
  const { node } = context;
  if (!node) throw new Error('PROXY_MODE=shared needs a node: this ztunnel does not run in a pod');
  const core = await startCore(context, podSettings(context, { impersonate: true }), stack);
  const proxies = new Map<string, AsyncDisposable>();
  stack.defer(async () => {
    for (const proxy of proxies.values()) await proxy[Symbol.asyncDispose]();
  });
  const stop = async (uid: string) => {
    const proxy = proxies.get(uid);
    proxies.delete(uid);
    core.pods.delete(uid);
    await proxy?.[Symbol.asyncDispose]();
  };
  const start = async (pod: EnrolledPod) => {
    await stop(pod.uid);
    proxies.set(pod.uid, await startPod(context, core, pod));
    core.pods.set(pod.uid, pod);
  };
  stack.use(Enrolments.of(node).serve({ start, stop }));
  isReady(context, core);
}

async function startPod(context: ProgramContext, core: Core, pod: EnrolledPod): Promise<AsyncDisposable> {
  const { trustDomain } = core.settings;
  const stack = new AsyncDisposableStack();
  const certificate = stack.use(core.certificates.use(formatIdentity({ ...pod, trustDomain })));
  certificate.get().catch(() => {}); // fetched ahead of the first connection; a failure is in the log
  const { network, namespace, name } = pod;
  stack.use(await startProxy({ ...common(context, core), network, namespace, name, certificate }, 'redirect'));
  core.access.write('info', 'inpod::statemanager', `pod ${namespace}/${name} received, starting proxy`);
  return stack;
}

type Common = Omit<Proxied, 'network' | 'namespace' | 'name' | 'certificate'>;

const common = ({ clock }: ProgramContext, { settings, state, access }: Core): Common => ({
  networkName: settings.networkName,
  clusterDomain: settings.clusterDomain,
  idleReleaseMs: settings.idleReleaseMs,
  state,
  access,
  clock,
  random: Math.random,
});

function isReady(context: ProgramContext, { pending, access }: Core): void {
  pending.delete('proxy');
  context.setHealthy(true);
  access.write('info', 'readiness', 'Task proxy complete, marking server ready');
}

const firstAttemptMs = 500;

/** Until istiod gives one: a role that was bound a moment ago takes a while to be known. */
async function firstCertificate(
  certificate: { get(): Promise<unknown> },
  { clock, signal }: ProgramContext,
): Promise<void> {
  for (let pauseMs = firstAttemptMs; ; pauseMs = Math.min(pauseMs * 2, 15_000)) {
    try {
      await certificate.get();
      return;
    } catch {
      await clock.sleep(pauseMs, signal); // the reason is in the log
    }
  }
}

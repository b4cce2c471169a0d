/** istiod: certificates, xDS, ECS discovery, virtual addresses and gateways of one cluster. */
import { messageOf, type Program, type ProgramContext } from '@meshbed/core';
import type { Issuer } from '@meshbed/x509';
import { containerCredentials, networkHandler } from '../aws/index.ts';
import { certificateService } from '../certificates/index.ts';
import { GrpcServer } from '../grpc/index.ts';
import { reviewToken, verifyIdentity } from '../identity/index.ts';
import { inCluster, type KubeApi, resources } from '@meshbed/kube-client';
import { Authentication } from './authentication.ts';
import { loadAuthority } from './ca/authority.ts';
import { serverCertificate } from './ca/server-certificate.ts';
import { Controllers, type Log } from './controllers.ts';
import { DebugServer } from './debug/server.ts';
import { EcsRunner } from './ecs/runner.ts';
import { type MeshConfig, parseMeshConfig } from './mesh-config.ts';
import type { ConfigMap } from './objects.ts';
import { Publisher } from './publisher.ts';
import { RemoteClusters } from './remote/clusters.ts';
import { type PilotSettings, pilotSettings } from './settings.ts';
import { ClusterState } from './state.ts';

const ports = { xds: 15_012, debug: 15_014, readiness: 8080 } as const;

/** The program behind image `pilot`. Ends with 1 when it can't start, so that the kubelet starts it again. */
export const pilot: Program = async (context) => {
  const log: Log = (level, message) =>
    context.log(`${new Date(context.clock.now()).toISOString()}\t${level}\t${message}`);
  try {
    using api = inCluster(context);
    await run({ context, api, log, ...(await prepare(context, api, log)) });
    return 0;
  } catch (error) {
    if (context.signal.aborted) return 0;
    log('error', `istiod stops: ${messageOf(error)}`);
    return 1;
  }
};

interface Istiod {
  context: ProgramContext;
  api: KubeApi;
  log: Log;
  settings: PilotSettings;
  config: MeshConfig;
  issuer: Issuer;
}

/** What has to be there before anything is served. */
async function prepare(context: ProgramContext, api: KubeApi, log: Log) {
  const settings = pilotSettings(context);
  const { namespace, version, clusterId } = settings;
  log('info', `istiod ${version} starts, cluster ${clusterId}`);
  const mesh = await api.get<ConfigMap>(resources.configMaps, 'istio', namespace);
  const config = parseMeshConfig(mesh?.data?.['mesh']);
  const said = (message: string) => log('info', message);
  const issuer = await loadAuthority({ api, clock: context.clock, namespace, log: said });
  return { settings, config, issuer };
}

async function run(istiod: Istiod): Promise<void> {
  const { context, api, log, settings, config, issuer } = istiod;
  const { clock, signal } = context;
  const state = new ClusterState({
    api,
    clock,
    signal,
    onProblem: (message) => log('warn', `watch: ${message}`),
    onChange: (resource) => controllers.changed(resource),
  });
  const authentication = authenticationOf(istiod, state);
  const authorize: Authentication['admit'] = async (headers, node) => {
    try {
      await authentication.admit(headers, node);
      log('info', `xds: ${node?.id ?? 'a proxy'} connected`);
    } catch (error) {
      log('warn', `xds: refused ${node?.id ?? 'a proxy'}: ${messageOf(error)}`);
      throw error;
    }
  };
  using remotes = remoteClusters(istiod, () => controllers.remoteChanged());
  const known = () => remotes.snapshots({ namespace: settings.namespace, trustDomain: config.trustDomain });
  const publisher = new Publisher({ state, settings, config, clock, remotes: known, authorize, log });
  const ecs = ecsRunner(istiod);
  using grpc = grpcServer(istiod, authentication, publisher);
  const controllers = new Controllers({
    api,
    clock,
    signal,
    settings,
    issuer,
    state,
    log,
    publish: () => publisher.publish(),
    exposedAs: (addresses) => grpc.renew(certificateFor(istiod, addresses)),
    configured: (yaml) => ecs.configure(parseMeshConfig(yaml).ecsAccounts),
  });
  await serve(istiod, { state, remotes, publisher, ecs, grpc, controllers });
}

interface Parts {
  state: ClusterState;
  remotes: RemoteClusters;
  publisher: Publisher;
  ecs: EcsRunner;
  grpc: GrpcServer;
  controllers: Controllers;
}

/** Listens until the program is to end. */
async function serve({ context, settings, log }: Istiod, parts: Parts): Promise<void> {
  const { state, remotes, publisher, ecs, grpc, controllers } = parts;
  const { network, signal } = context;
  const { version } = settings;
  let isReady = false;
  using debug = new DebugServer({
    isReady: () => isReady,
    version,
    xds: publisher.xds,
    ecs: () => ecs.status,
    remotes: () => remotes.status,
  });
  await using _debug = await network.listen(ports.debug, (socket) => debug.accept(socket));
  await using _readiness = await network.listen(ports.readiness, (socket) => debug.accept(socket));
  await Promise.all([state.synced(), remotes.settled()]);
  publisher.publish(); // a proxy that connects at once must not be told that everything is gone
  await using _xds = await network.listen(ports.xds, (socket) => grpc.accept(socket));
  controllers.start();
  isReady = true;
  context.setHealthy(true);
  log('info', 'istiod is ready');
  await aborted(signal);
  await ecs.stopped();
}

const certificateFor = ({ issuer, settings, context }: Istiod, exposedAs: readonly string[]) =>
  serverCertificate(issuer, { namespace: settings.namespace, exposedAs, nowMs: context.clock.now() });

function grpcServer(istiod: Istiod, authentication: Authentication, publisher: Publisher): GrpcServer {
  const { context, issuer, log } = istiod;
  const { clock } = context;
  const certificates = certificateService({
    issuer: () => issuer,
    clock,
    identify: (headers, impersonated) => authentication.identify(headers, impersonated),
    onIssued: (spiffe, ttlS) => log('info', `ca: issued a certificate for ${spiffe}, ${ttlS} s`),
    onRefused: (error) => log('warn', `ca: refused a certificate: ${messageOf(error)}`),
  });
  return new GrpcServer({ ...certificateFor(istiod, []), clock, routes: [publisher.xds.route, certificates] });
}

function authenticationOf({ context, api, settings, config }: Istiod, state: ClusterState): Authentication {
  const connect = (host: string, port: number) => context.network.connect(host, port);
  return new Authentication({
    trustDomain: config.trustDomain,
    nodeAgents: settings.nodeAgents,
    reviewToken: (token) => reviewToken(api, token, settings.audiences),
    verifyIdentity: (value) => verifyIdentity(value, { connect, endpoint: settings.awsEndpoint }),
    serviceAccounts: () => state.serviceAccounts.objects.values(),
    pods: () => state.pods.objects.values(),
  });
}

function remoteClusters({ context, api, settings, log }: Istiod, onChange: () => void): RemoteClusters {
  const { clock, signal, network } = context;
  const { namespace, clusterId } = settings;
  const connect = (host: string, port: number) => network.connect(host, port, { signal });
  return new RemoteClusters({ api, clock, signal, namespace, clusterId, connect, log, onChange });
}

function ecsRunner({ context, api, settings, log }: Istiod): EcsRunner {
  const { clock, signal, network } = context;
  const { region, awsEndpoint: endpoint, ecsIntervalMs: intervalMs } = settings;
  const requestHandler = networkHandler((host, port) => network.connect(host, port, { signal }));
  const access = { region, endpoint, requestHandler };
  return new EcsRunner({ api, access, credentials: containerCredentials(context), clock, intervalMs, log, signal });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

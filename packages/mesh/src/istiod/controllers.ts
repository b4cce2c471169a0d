/** What istiod does when something in the cluster changes: a table of tasks and of the kinds that concern them. */
import { type Clock, messageOf } from '@meshbed/core';
import type { Issuer } from '@meshbed/x509';
import { type KubeApi, type KubeResource, resources } from '@meshbed/kube-client';
import { assignAddresses } from './addresses/controller.ts';
import type { TranslatedPolicies } from './authorization/policies.ts';
import { distributeRoot } from './ca/root-certificates.ts';
import { coalesce } from './coalesce.ts';
import { writeStatus } from './conditions.ts';
import { GatewayController } from './gateways/controller.ts';
import { networkOf } from './publisher.ts';
import type { PilotSettings } from './settings.ts';
import type { ClusterState } from './state.ts';

export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

export interface ControllersOptions {
  api: KubeApi;
  clock: Clock;
  /** Nothing is done any more once it aborts. */
  signal: AbortSignal;
  settings: PilotSettings;
  issuer: Issuer;
  state: ClusterState;
  log: Log;
  publish: () => TranslatedPolicies;
  /** Told the addresses under which istiod is reached from outside, when they change. */
  exposedAs: (addresses: readonly string[]) => void;
  /** Told the mesh configuration, when it changes. */
  configured: (yaml: string | undefined) => void;
}

/** The pause after a task that failed. */
const retryMs = 1000;

interface Task {
  concerns: readonly KubeResource[];
  run: () => void | Promise<void>;
}

const { namespaces, nodes, pods, services, endpointSlices, configMaps, deployments } = resources;
const { serviceEntries, workloadEntries, authorizationPolicies, peerAuthentications, gateways } = resources;

const published = [
  namespaces,
  nodes,
  pods,
  services,
  endpointSlices,
  serviceEntries,
  workloadEntries,
  authorizationPolicies,
  peerAuthentications,
  gateways,
];

export class Controllers {
  readonly #options: ControllersOptions;
  readonly #triggers: { concerns: ReadonlySet<KubeResource>; trigger: () => void }[];
  readonly #gateways: GatewayController;
  #exposed = '';
  #mesh: string | undefined;
  #started = false;

  constructor(options: ControllersOptions) {
    this.#options = options;
    const { clock, signal, log, settings } = options;
    this.#gateways = this.#gatewayController();
    const tasks: Record<string, Task> = {
      publish: { concerns: published, run: () => this.#publish() },
      addresses: { concerns: [serviceEntries], run: () => this.#assignAddresses() },
      'root certificates': { concerns: [namespaces, configMaps], run: () => this.#distributeRoot() },
      gateways: { concerns: [gateways, services, deployments, namespaces], run: () => this.#gateways.reconcile() },
      'server certificate': { concerns: [gateways], run: () => this.#expose() },
      'mesh configuration': { concerns: [configMaps], run: () => this.#configure() },
    };
    this.#triggers = Object.entries(tasks).map(([name, { concerns, run }]) => {
      const onError = (error: unknown) => log('error', `${name}: ${messageOf(error)}`);
      return {
        concerns: new Set(concerns),
        trigger: coalesce({ clock, signal, quietMs: settings.quietMs, retryMs, run, onError }),
      };
    });
  }

  /** Everything once; changes are acted on from now on. */
  start(): void {
    this.#started = true;
    for (const { trigger } of this.#triggers) trigger();
  }

  changed(resource: KubeResource): void {
    if (!this.#started) return;
    for (const { concerns, trigger } of this.#triggers) if (concerns.has(resource)) trigger();
  }

  /** Something in another cluster of the mesh. */
  remoteChanged(): void {
    this.changed(services);
  }

  async #publish(): Promise<void> {
    const { publish, api, clock } = this.#options;
    for (const { policy, condition } of publish().conditions) await writeStatus(api, policy, [condition], { clock });
  }

  async #assignAddresses(): Promise<void> {
    const { settings, api, state, log } = this.#options;
    if (!settings.allocatesAddresses) return;
    await assignAddresses({ api, log, entries: () => state.serviceEntries.objects.values() });
  }

  async #distributeRoot(): Promise<void> {
    const { api, issuer, state } = this.#options;
    const all = { namespaces: state.namespaces.objects.values(), configMaps: state.configMaps.objects };
    await distributeRoot(api, issuer.rootPem, all);
  }

  #expose(): void {
    const { state, exposedAs } = this.#options;
    const exposing = [...state.gateways.objects.values()].filter(({ spec }) =>
      spec.listeners?.some(({ port }) => port === xdsPort),
    );
    const addresses = exposing.flatMap(({ status }) => (status?.addresses ?? []).map(({ value }) => value)).toSorted();
    if (addresses.join() === this.#exposed) return;
    this.#exposed = addresses.join();
    exposedAs(addresses);
  }

  #configure(): void {
    const { state, settings, configured } = this.#options;
    const mesh = state.configMaps.get('istio', settings.namespace)?.data?.['mesh'];
    if (mesh === this.#mesh) return;
    this.#mesh = mesh;
    configured(mesh);
  }

  #gatewayController(): GatewayController {
    const { api, clock, settings, state, log } = this.#options;
    return new GatewayController({
      api,
      clock,
      log,
      gateways: () => state.gateways.objects.values(),
      find: (resource, name, namespace) => state.find(resource, name, namespace),
      settings: () => ({
        image: settings.gatewayImage,
        clusterId: settings.clusterId,
        network: networkOf(state, settings.namespace),
        istiodAddress: `istiod.${settings.namespace}.svc:${xdsPort}`,
      }),
    });
  }
}

const xdsPort = 15_012;

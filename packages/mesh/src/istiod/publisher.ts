/** The cluster's state → what xDS serves. */
import type { Clock } from '@meshbed/core';
import type { KubeObject } from '@meshbed/kube-client';
import { AuthorizationSchema } from '../proto/gen/istio/authorization_pb.ts';
import { AddressSchema } from '../proto/gen/istio/workload_pb.ts';
import { ResourceType, XdsServer, type XdsServerOptions } from '../xds/index.ts';
import { translatePolicies, type TranslatedPolicies } from './authorization/policies.ts';
import { strictPolicy } from './authorization/peer-authentication.ts';
import type { MeshConfig } from './mesh-config.ts';
import { RemoteAddresses } from './remote/addresses.ts';
import { merge } from './remote/merge.ts';
import type { PilotSettings } from './settings.ts';
import type { ClusterState } from './state.ts';
import { unsupportedIn } from './unsupported.ts';
import type { SelectorPolicy, Snapshot } from './wds/snapshot.ts';
import { addressMessages } from './wds/translate.ts';

export interface PublisherOptions {
  state: ClusterState;
  settings: PilotSettings;
  config: MeshConfig;
  clock: Clock;
  /** What was read of the other clusters of the mesh. */
  remotes: () => readonly Snapshot[];
  authorize: XdsServerOptions['authorize'];
  log: (level: 'warn', message: string) => void;
}

/** The network of the cluster: a label of the system namespace. */
export const networkOf = (state: ClusterState, namespace: string): string =>
  state.namespaces.get(namespace)?.metadata.labels?.['topology.istio.io/network'] ?? '';

export class Publisher {
  readonly xds: XdsServer;
  readonly #options: PublisherOptions;
  readonly #addresses = new ResourceType(AddressSchema);
  readonly #remoteAddresses = new RemoteAddresses();
  #warned: ReadonlySet<string> = new Set();
  readonly #authorizations = new ResourceType(AuthorizationSchema);

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { clock, authorize, settings } = options;
    const { quietMs, maxWaitMs } = settings;
    // A workload must not run a moment without its policy: Authorization goes first.
    const types = [this.#authorizations, this.#addresses];
    this.xds = new XdsServer({ types, clock, quietMs, maxWaitMs, authorize });
  }

  /** Translates everything; what is unchanged is not sent again. */
  publish(): TranslatedPolicies {
    const { state, config } = this.#options;
    const policies = translatePolicies(state.authorizationPolicies.objects.values(), config.rootNamespace);
    const strict = strictPolicy([...state.peerAuthentications.objects.values()], config.rootNamespace);
    if (strict) {
      policies.messages.set(strict.key, strict.message);
      policies.selectors.push(strict);
    }
    this.#authorizations.replace(policies.messages);
    const { remotes } = this.#options;
    const local = this.#snapshot(policies.selectors);
    const merged = merge({ local, remotes: remotes(), addresses: this.#remoteAddresses });
    this.#addresses.replace(addressMessages(merged));
    this.#warn(merged.problems);
    return policies;
  }

  /** Once for each. */
  #warn(problems: readonly string[]): void {
    const { state, log } = this.#options;
    const labelled = [state.namespaces, state.services, state.pods, state.serviceEntries, state.workloadEntries];
    const objects = labelled.flatMap((informer) => [...informer.objects.values()] as KubeObject[]);
    const found = [...problems, ...unsupportedIn(objects, state.peerAuthentications.objects.values())];
    for (const message of found) if (!this.#warned.has(message)) log('warn', message);
    this.#warned = new Set(found);
  }

  #snapshot(policies: readonly SelectorPolicy[]): Snapshot {
    const { state, settings, config } = this.#options;
    return {
      clusterId: settings.clusterId,
      network: networkOf(state, settings.namespace),
      trustDomain: config.trustDomain,
      nodes: new Map([...state.nodes.objects.values()].map((node) => [node.metadata.name, node])),
      pods: [...state.pods.objects.values()],
      services: [...state.services.objects.values()],
      endpointSlices: [...state.endpointSlices.objects.values()],
      serviceEntries: [...state.serviceEntries.objects.values()],
      workloadEntries: [...state.workloadEntries.objects.values()],
      gateways: [...state.gateways.objects.values()],
      policies,
    };
  }
}

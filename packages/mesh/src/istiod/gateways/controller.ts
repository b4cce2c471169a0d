import { type Clock, messageOf } from '@meshbed/core';
import { type KubeApi, type KubeObject, type KubeResource, resources } from '@meshbed/kube-client';
import { writeStatus } from '../conditions.ts';
import type { Deployment, Gateway, Service } from '../objects.ts';
import { gatewayManifests, type GatewaySettings } from './manifests.ts';
import { managedStatus, remoteStatus } from './status.ts';

/** Istio's name and this distribution's. */
const managedClasses = new Set(['istio-eastwest', 'istio-east-west']);
const remoteClass = 'istio-remote';

export interface GatewayControllerOptions {
  api: KubeApi;
  clock: Clock;
  settings: () => GatewaySettings;
  gateways: () => Iterable<Gateway>;
  find: <T extends KubeObject>(resource: KubeResource, name: string, namespace: string) => T | undefined;
  log: (level: 'info', message: string) => void;
}

/** Runs gateways of class `istio-eastwest` and reports on them; those of class `istio-remote` are only reported on. */
export class GatewayController {
  readonly #options: GatewayControllerOptions;
  /** Gateway key → what was applied for it last. */
  readonly #applied = new Map<string, string>();

  constructor(options: GatewayControllerOptions) {
    this.#options = options;
  }

  /** @throws Error of all gateways that failed, after every one had its turn. */
  async reconcile(): Promise<void> {
    const problems: string[] = [];
    for (const gateway of this.#options.gateways()) {
      const name = `${gateway.metadata.namespace}/${gateway.metadata.name}`;
      await this.#reconcileOne(gateway, name).catch((error: unknown) => problems.push(`${name}: ${messageOf(error)}`));
    }
    if (problems.length > 0) throw new Error(problems.join('; '));
  }

  async #reconcileOne(gateway: Gateway, name: string): Promise<void> {
    const { gatewayClassName } = gateway.spec;
    if (gateway.metadata.deletionTimestamp !== undefined) return;
    if (gatewayClassName === remoteClass) return this.#report(gateway, remoteStatus(gateway));
    if (!managedClasses.has(gatewayClassName)) return;
    const { namespace = 'default', name: own } = gateway.metadata;
    const service = this.#options.find<Service>(resources.services, own, namespace);
    const deployment = this.#options.find<Deployment>(resources.deployments, own, namespace);
    if (!service || !deployment) this.#applied.delete(name);
    await this.#deploy(gateway, name);
    await this.#report(gateway, managedStatus(gateway, { deployment, service }));
  }

  /** Applies only what differs from the last time: applying what is there already would still be a write. */
  async #deploy(gateway: Gateway, name: string): Promise<void> {
    const { api, settings, log } = this.#options;
    const manifests = gatewayManifests(gateway, settings());
    const digest = JSON.stringify(manifests);
    if (this.#applied.get(name) === digest) return;
    log('info', `gateway ${name}: applying deployment and service`);
    for (const manifest of manifests) await api.apply(manifest, 'istiod-gateway');
    this.#applied.set(name, digest);
  }

  #report(gateway: Gateway, { conditions, addresses }: ReturnType<typeof managedStatus>): Promise<void> {
    const { api, clock } = this.#options;
    return writeStatus(api, gateway, conditions, { clock, status: { addresses } });
  }
}

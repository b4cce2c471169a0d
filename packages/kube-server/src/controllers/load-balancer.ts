import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '@meshbed/core';
import type { Service } from '../objects/index.ts';
import type { LoadBalancerAddress, LoadBalancerProvider, LoadBalancerTarget } from '../server/options.ts';
import type { Store } from '../store/index.ts';
import { type ControllerContext, keyOf, runController, source, splitKey } from './controller.ts';
import { selectEndpoints } from './endpoints/index.ts';

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';
const component = 'service-controller';
const firstRetryMs = 50;
const longestRetryMs = 5000;

/** Services of type LoadBalancer: keeps the cloud's load balancer, and its address in the status. */
export function loadBalancerController(context: ControllerContext, provider: LoadBalancerProvider): Disposable {
  const balancers = new LoadBalancers(context, provider);
  return runController(context, 'load-balancer', (key) => balancers.reconcile(key), [
    source('services', (service) => [keyOf(service)]),
    source('endpointslices.discovery.k8s.io', ({ metadata }) => {
      const service = metadata.labels?.['kubernetes.io/service-name'];
      return service === undefined ? [] : [`${metadata.namespace}/${service}`];
    }),
  ]);
}

class LoadBalancers {
  readonly #context: ControllerContext;
  readonly #provider: LoadBalancerProvider;
  readonly #attempts = new Map<string, number>();

  constructor(context: ControllerContext, provider: LoadBalancerProvider) {
    this.#context = context;
    this.#provider = provider;
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const service = this.#context.store.get('services', namespace, name);
    if (!service) return undefined;
    const wanted = service.spec.type === 'LoadBalancer' && service.metadata.deletionTimestamp === undefined;
    if (!wanted) return this.#remove(key, service);
    if (service.metadata.finalizers?.includes(finalizer)) return this.#ensure(key, service);
    this.#setFinalizer(service, true); // its own change brings the service back here
    return undefined;
  }

  async #ensure(key: string, service: Service): Promise<number | undefined> {
    const outcome = await this.#ask(service);
    if (!('pending' in outcome)) {
      this.#attempts.delete(key);
      this.#showAddress(key, outcome);
      return undefined;
    }
    const attempt = this.#attempts.get(key) ?? 0;
    this.#attempts.set(key, attempt + 1);
    const message = `Error syncing load balancer: ${outcome.pending}`;
    this.#context.recorder.record(component, service, { type: 'Warning', reason: 'SyncLoadBalancerFailed', message });
    return Math.min(firstRetryMs * 2 ** attempt, longestRetryMs);
  }

  async #ask(service: Service): Promise<LoadBalancerAddress | { pending: string }> {
    try {
      return await this.#provider.ensure(service, () => targetsOf(this.#context.store, service));
    } catch (error) {
      return { pending: messageOf(error) };
    }
  }

  #showAddress(key: string, address: LoadBalancerAddress): void {
    const { store, recorder } = this.#context;
    const { namespace, name } = splitKey(key);
    const service = store.get('services', namespace, name);
    if (!service || isDeepStrictEqual(service.status?.loadBalancer?.ingress, [address])) return;
    store.updateStatus({ ...service, status: { ...service.status, loadBalancer: { ingress: [address] } } });
    recorder.record(component, service, {
      type: 'Normal',
      reason: 'EnsuredLoadBalancer',
      message: 'Ensured load balancer',
    });
  }

  /** Only when there is one: the finalizer says so. */
  async #remove(key: string, service: Service): Promise<undefined> {
    this.#attempts.delete(key);
    if (!service.metadata.finalizers?.includes(finalizer)) return;
    await this.#provider.remove(service);
    const { store } = this.#context;
    const current = store.get('services', service.metadata.namespace, service.metadata.name);
    if (!current) return;
    const cleared = store.updateStatus({ ...current, status: { ...current.status, loadBalancer: {} } }) as Service;
    this.#setFinalizer(cleared, false);
  }

  #setFinalizer(service: Service, present: boolean): void {
    const others = service.metadata.finalizers?.filter((name) => name !== finalizer) ?? [];
    const finalizers = present ? [...others, finalizer] : others;
    this.#context.store.update({ ...service, metadata: { ...service.metadata, finalizers } });
  }
}

/** Where a load balancer sends connections now. */
function targetsOf(store: Store, { metadata }: Service): LoadBalancerTarget[] {
  const { namespace, name } = metadata;
  const service = store.get('services', namespace, name);
  if (!service) return [];
  return selectEndpoints(service, store.list('pods', { namespace }))
    .filter(({ ready }) => ready)
    .flatMap(({ ip, ports }) => ports.map(({ port, target }) => ({ ip, port: target, servicePort: port.port })));
}

import type { Service } from '../../objects/index.ts';
import type { Store } from '../../store/index.ts';
import { type ControllerContext, keyOf, runController, source, splitKey } from '../controller.ts';
import { controllerReference } from '../owners.ts';
import { endpointSubsets, sliceContents } from './objects.ts';
import { selectEndpoints, type ServiceEndpoint } from './select.ts';

export { selectEndpoints, type ServiceEndpoint } from './select.ts';

const managedBy = 'endpointslice-controller.k8s.io';
const serviceLabel = 'kubernetes.io/service-name';
const slices = 'endpointslices.discovery.k8s.io';

/** EndpointSlices and Endpoints of services that select pods; those of services without selector belong to whoever writes them. */
export function endpointsController(context: ControllerContext): Disposable {
  const { store } = context;
  return runController(context, 'endpoints', (key) => reconcile(store, key), [
    source('services', (service) => [keyOf(service)]),
    source('pods', ({ metadata }) =>
      store.list('services', { namespace: metadata.namespace }).filter(hasSelector).map(keyOf),
    ),
  ]);
}

const hasSelector = ({ spec }: Service) => spec.selector !== undefined;

function reconcile(store: Store, key: string): void {
  const { namespace, name } = splitKey(key);
  const service = store.get('services', namespace, name);
  if (!service || !hasSelector(service) || service.metadata.deletionTimestamp !== undefined) return;
  const endpoints = selectEndpoints(service, store.list('pods', { namespace }));
  writeSlices(store, service, endpoints);
  writeEndpoints(store, service, endpoints);
}

function writeSlices(store: Store, service: Service, endpoints: readonly ServiceEndpoint[]): void {
  const { namespace, name } = service.metadata;
  const nodes = new Map(store.list('nodes').map((node) => [node.metadata.name, node]));
  const labelSelector = `${serviceLabel}=${name},endpointslice.kubernetes.io/managed-by=${managedBy}`;
  const existing = store.list(slices, { namespace, labelSelector });
  const wanted = sliceContents(endpoints, nodes);
  for (const [index, content] of wanted.entries()) {
    const slice = existing[index];
    if (slice) store.update({ ...slice, ...content });
    else
      store.create({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: sliceMetadata(service),
        ...content,
      });
  }
  for (const surplus of existing.slice(wanted.length)) store.delete(slices, namespace, surplus.metadata.name);
}

function sliceMetadata(service: Service): object {
  const { namespace, name } = service.metadata;
  const labels = {
    ...service.metadata.labels,
    [serviceLabel]: name,
    'endpointslice.kubernetes.io/managed-by': managedBy,
    ...(service.spec.clusterIP === 'None' && { 'service.kubernetes.io/headless': '' }),
  };
  return { generateName: `${name}-`, namespace, labels, ownerReferences: [controllerReference(service)] };
}

function writeEndpoints(store: Store, service: Service, endpoints: readonly ServiceEndpoint[]): void {
  const { namespace, name, labels = {} } = service.metadata;
  const subsets = endpointSubsets(endpoints);
  const existing = store.get('endpoints', namespace, name);
  if (existing) return void store.update({ ...existing, subsets });
  const metadata = { name, namespace: namespace ?? '', labels, ownerReferences: [controllerReference(service)] };
  store.create({ apiVersion: 'v1', kind: 'Endpoints', metadata, subsets });
}

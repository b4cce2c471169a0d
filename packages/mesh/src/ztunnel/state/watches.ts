import { AddressSchema } from '../../proto/gen/istio/workload_pb.ts';
import { AuthorizationSchema } from '../../proto/gen/istio/authorization_pb.ts';
import { watch, type Watch } from '../../xds/index.ts';
import { authorizationOf, serviceOf, workloadOf } from './convert.ts';
import type { MeshState } from './index.ts';

/** Keeps `state` as istiod says: addresses, then authorization. */
export function watchesOf(state: MeshState): Watch[] {
  const addresses = watch({
    schema: AddressSchema,
    apply(name, { type }) {
      if (type.case === 'workload') state.setWorkload(workloadOf(type.value));
      else if (type.case === 'service') state.setService(serviceOf(type.value));
      else throw new Error(`${name} is neither workload nor service`);
    },
    remove: (name) => state.removeAddress(name),
  });
  const authorization = watch({
    schema: AuthorizationSchema,
    apply: (_, message) => state.setPolicy(authorizationOf(message)),
    remove: (name) => state.removePolicy(name),
    settled: () => state.policiesSettled(),
  });
  return [addresses, authorization];
}

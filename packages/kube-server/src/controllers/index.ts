import { Kubelet } from '../kubelet/index.ts';
import type { CreateControllers, KubeCluster } from '../server/options.ts';
import type { ControllerContext } from './controller.ts';
import { daemonSetController } from './daemon-set.ts';
import { deploymentController } from './deployment/index.ts';
import { endpointsController } from './endpoints/index.ts';
import { garbageCollector } from './garbage-collector.ts';
import { loadBalancerController } from './load-balancer.ts';
import { namespaceController } from './namespace.ts';
import { podGarbageCollector } from './pod-garbage-collector.ts';
import { EventRecorder } from './recorder.ts';
import { replicaSetController } from './replica-set.ts';
import { scheduler } from './scheduler/index.ts';
import { tokenSecretController } from './token-secret.ts';

/** Starts everything that reconciles one cluster; disposing ends the controllers first, then every workload. */
export const createControllers: CreateControllers = (cluster: KubeCluster) => {
  const { store, clock, ids, log, caPem } = cluster;
  const context: ControllerContext = { store, clock, ids, log, recorder: new EventRecorder({ store, clock, ids }) };
  const stack = new AsyncDisposableStack();
  stack.use(new Kubelet(cluster, context));
  stack.use(podGarbageCollector(context));
  stack.use(scheduler(context));
  stack.use(replicaSetController(context));
  stack.use(deploymentController(context));
  stack.use(daemonSetController(context));
  stack.use(endpointsController(context));
  stack.use(loadBalancerController(context, cluster.options.loadBalancers));
  stack.use(garbageCollector(context));
  stack.use(namespaceController(context, caPem));
  stack.use(tokenSecretController(context, cluster));
  return stack;
};

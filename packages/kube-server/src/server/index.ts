import { createControllers } from '../controllers/index.ts';
import { streamHandlers } from '../streams/index.ts';
import type { KubeServer, KubeServerOptions } from './options.ts';
import { serve } from './server.ts';

/** Starts a Kubernetes API on 127.0.0.1, without clusters; `addCluster` adds them, with controllers and kubelets. */
export const startKubeServer = (options: KubeServerOptions): Promise<KubeServer> =>
  serve(options, { createControllers, handlers: streamHandlers });

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, NodeHost, RunningWorkload, WorkloadObserver, WorkloadRuntime, WorkloadSpec } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import { type Catalogue, type Image, registryOf } from './catalogue.ts';
import { Keeper } from './keeper.ts';
import { LinkLocalServices } from './link-local.ts';
import { FabricNetwork, type NetworkSurroundings } from './network.ts';
import { ProxyEntry } from './proxy.ts';
import { Workload } from './workload.ts';

export interface RuntimeOptions {
  fabric: Fabric;
  clock: Clock;
  /** Multiplies the intervals of health checks. */
  pace: number;
  catalogue: Catalogue;
  /** Variables that commands inherit from this machine. */
  machine: Readonly<Record<string, string>>;
  /** Variables that every container gets besides its own, for example where AWS's APIs are. */
  environment(): Readonly<Record<string, string>>;
  /** Working directories of containers are made below. */
  folder: string;
}

/** Where a workload runs, besides the fabric: its node, if it has one, and what answers near it. */
export interface Placement {
  around: NetworkSurroundings;
  node?: NodeHost;
  /** A node's own network, shared by the pods on it that ask for the host's. */
  hostNetwork?: FabricNetwork;
  /** Told when the workload's network exists; disposed when it goes. */
  joined?(network: FabricNetwork): Disposable;
}

/** Turns tasks and pods into running programs. */
export class Runtime implements AsyncDisposable {
  readonly #options: RuntimeOptions;
  readonly #running = new Set<RunningWorkload>();
  readonly #keeper = new Keeper();

  constructor(options: RuntimeOptions) {
    this.#options = options;
  }

  /** The runtime as one control plane sees it: `place` says where each workload runs, `images` are known only there. */
  for(place: (spec: WorkloadSpec) => Placement, images: readonly Image[] = []): WorkloadRuntime {
    return { start: (spec, observer) => this.#start(spec, observer, { ...place(spec), images }) };
  }

  #start(
    spec: WorkloadSpec,
    observer: WorkloadObserver,
    placement: Placement & { images: readonly Image[] },
  ): RunningWorkload {
    const { clock, pace, machine } = this.#options;
    const resources = this.#resourcesFor(spec, placement);
    const environment = this.#options.environment();
    const containers = spec.containers.map((each) => ({ ...each, env: { ...environment, ...each.env } }));
    const workload = new Workload(
      { ...spec, containers },
      {
        ...resources,
        clock,
        pace,
        machine,
        node: placement.node,
        hostname: spec.hostname,
        keeper: this.#keeper,
        pull: (image) => this.pull(image, spec.network, placement.images),
      },
      observer,
      async () => {
        this.#running.delete(workload);
        await resources.release();
      },
    );
    this.#running.add(workload);
    workload.start();
    return workload;
  }

  /** What is made for one workload and goes with it. */
  #resourcesFor(spec: WorkloadSpec, placement: Placement) {
    const linkLocal = new LinkLocalServices(spec.linkLocal);
    const around: NetworkSurroundings = {
      ...placement.around,
      linkLocal: (ip, port) => linkLocal.connect(ip, port) ?? placement.around.linkLocal(ip, port),
    };
    const network = placement.hostNetwork ?? new FabricNetwork(this.#options.fabric, spec.network, around);
    const joined = placement.joined?.(network);
    const proxy = new ProxyEntry(network);
    const folder = mkdtempSync(join(this.#options.folder, 'container-'));
    const release = async () => {
      joined?.[Symbol.dispose]();
      await proxy[Symbol.asyncDispose]();
      await linkLocal[Symbol.asyncDispose]();
      if (!placement.hostNetwork) await network[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    };
    return { network, proxy, folder, release };
  }

  /** What the image stands for, or why it can't be pulled: unknown, or its registry is out of reach from that interface. */
  pull(image: string, { eniId }: { eniId: string }, more: readonly Image[] = []): Image | { problem: string } {
    const { fabric } = this.#options;
    const puller = fabric.interfaces.get(eniId);
    const registry = registryOf(image);
    const [host = '', port = '443'] = registry.split(':');
    const [ip] = fabric.names.resolve(host, { vpcId: puller?.vpcId ?? '' });
    if (ip === undefined) return { problem: `pull image ${image}: ${host}: no such host` };
    const verdict = fabric.explain({ eniId, ip: puller?.ips[0] ?? '' }, { ip, port: Number(port) });
    if (verdict.kind !== 'connected') {
      return { problem: `pull image ${image}: dial tcp ${host}:${port}: ${verdict.by.reason}` };
    }
    return (
      this.#options.catalogue.with(more).find(image) ?? {
        problem: `pull image ${image}: not found (not among the images of the sandbox)`,
      }
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((workload) => workload.stop(0)));
    await this.#keeper[Symbol.asyncDispose]();
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, NodeHost, RunningWorkload, WorkloadObserver, WorkloadRuntime, WorkloadSpec } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import { type Catalogue, type Image, registryOf } from './catalogue.ts';
import { Children } from './child.ts';
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
  /** Working directories of containers are made below. */
  folder: string;
}

/** Where a workload runs, besides the fabric: its node, if it has one, and what answers near it. */
export interface Placement {
  around: NetworkSurroundings;
  node?: NodeHost;
  /** A node's own network, shared by the pods on it that ask for the host's. */
  hostNetwork?: FabricNetwork;
  /** Told when the workload's network exists and when it is gone, so that agents of the node see the pod. */
  joined?(network: FabricNetwork): Disposable;
}

/** Turns tasks and pods into running programs. */
export class Runtime implements AsyncDisposable {
  readonly options: RuntimeOptions;
  readonly #running = new Set<RunningWorkload>();

  constructor(options: RuntimeOptions) {
    this.options = options;
  }

  /** The runtime as one control plane sees it; `place` says where each workload runs. */
  for(place: (spec: WorkloadSpec) => Placement): WorkloadRuntime {
    return { start: (spec, observer) => this.#start(spec, observer, place(spec)) };
  }

  #start(spec: WorkloadSpec, observer: WorkloadObserver, placement: Placement): RunningWorkload {
    const { fabric, clock, pace, machine } = this.options;
    const network = placement.hostNetwork ?? new FabricNetwork(fabric, spec.network, placement.around);
    const joined = placement.joined?.(network);
    const proxy = new ProxyEntry(network);
    const folder = mkdtempSync(join(this.options.folder, 'container-'));
    const release = async () => {
      joined?.[Symbol.dispose]();
      await proxy[Symbol.asyncDispose]();
      if (!placement.hostNetwork) await network[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
      this.#running.delete(workload);
    };
    const { hostname } = spec;
    const pull = (image: string) => this.pull(image, spec.network);
    const shared = {
      clock,
      pace,
      network,
      node: placement.node,
      hostname,
      children: new Children(),
      proxy,
      machine,
      folder,
      pull,
    };
    const workload = new Workload(spec, shared, observer, release);
    this.#running.add(workload);
    workload.start();
    return workload;
  }

  /** What the image stands for, or why it can't be pulled: unknown, or its registry is out of reach from `place`. */
  pull(image: string, place: { eniId: string; ip: string }): Image | { problem: string } {
    const registry = registryOf(image);
    const [ip] = this.options.fabric.names.resolve(registry, {
      vpcId: this.options.fabric.interfaces.get(place.eniId)?.vpcId ?? '',
    });
    if (ip === undefined) return { problem: `pull image ${image}: ${registry}: no such host` };
    const verdict = this.options.fabric.explain(place, { ip, port: 443 });
    if (verdict.kind !== 'connected') {
      return { problem: `pull image ${image}: dial ${registry}:443 from ${place.ip}: ${reasonOf(verdict)}` };
    }
    const found = this.options.catalogue.find(image);
    return (
      found ?? {
        problem: `pull image ${image}: not found: the sandbox's catalogue has no such image; add it under images: in the configuration`,
      }
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((workload) => workload.stop(0)));
  }
}

function reasonOf(verdict: { kind: string; hops: readonly { reason: string; verdict: string }[] }): string {
  return verdict.hops.findLast((hop) => hop.verdict === 'deny')?.reason ?? verdict.kind;
}

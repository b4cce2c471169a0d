import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  Clock,
  ContainerSpec,
  ContainerState,
  ExecSession,
  Program,
  RunningWorkload,
  WorkloadSpec,
} from '@meshbed/core';
import { type Network, network } from '@meshbed/fabric/testing';
import { text } from 'node:stream/consumers';
import { echo } from '../images/echo.ts';
import { istioTestingApp } from '../images/istio-app.ts';
import { shell } from '../images/shell.ts';
import { Catalogue, type Image } from '../runtime/catalogue.ts';
import { type Placement, Runtime } from '../runtime/index.ts';
import { nothingAround } from '../runtime/network.ts';

export const image = (name: string, program: Program, executable: string = name): Image => ({
  name,
  executable,
  program: () => program,
});

const machine = { PATH: process.env['PATH'] ?? '' };
const images = [image('echo', echo), image('app', istioTestingApp), image('shell', shell(machine))];

/** A container of image `echo`, `app`, `shell`, or one of the test's own; shells sleep. */
export function container(name: string, changes: Partial<ContainerSpec> = {}): ContainerSpec {
  const command = (changes.image ?? name) === 'shell' ? ['sleep', 'infinity'] : [];
  return { name, image: name, command, env: {}, ports: [], dependsOn: [], files: new Map(), ...changes };
}

export interface StartOptions {
  subnet?: string;
  groupIds?: string[];
  withPublicIp?: boolean;
  hostname?: string;
  linkLocal?: WorkloadSpec['linkLocal'];
  around?: Partial<Placement['around']>;
}

/** A workload and what its observer was told. */
export interface Started {
  workload: RunningWorkload;
  eniId: string;
  ip: string;
  /** `app running`, `app HEALTHY`, `app exited 1`. */
  events: readonly string[];
  logs: readonly string[];
  state: (name: string) => ContainerState | undefined;
  /** Resolves when it has happened. */
  when: (event: string) => Promise<void>;
}

export interface World extends AsyncDisposable {
  net: Network;
  runtime: Runtime;
  folder: string;
  start: (containers: readonly ContainerSpec[], options?: StartOptions) => Started;
}

/** A runtime on the fabric's test network, where Docker Hub and `registry.test` can be reached from public subnets. */
export function world({ own = [], clock }: { own?: readonly Image[]; clock?: Clock } = {}): World {
  const net = network();
  const folder = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
  const runtime = new Runtime({
    fabric: net.fabric,
    clock: clock ?? net.clock,
    pace: 1,
    catalogue: new Catalogue([...own, ...images]),
    machine,
    environment: () => ({ AWS_ENDPOINT_URL: 'http://aws.test' }),
    folder,
  });
  net.fabric.internet.add({ names: ['registry-1.docker.io', 'registry.test'], ports: new Map([[443, 1]]) });
  return {
    net,
    runtime,
    folder,
    start: (containers, options = {}) => start({ net, runtime }, containers, options),
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await net.fabric[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let started = 0;

function start(
  { net, runtime }: Pick<World, 'net' | 'runtime'>,
  containers: readonly ContainerSpec[],
  options: StartOptions,
): Started {
  const { subnet = 'subnet-public', hostname = 'host', linkLocal = new Map(), around = {} } = options;
  const eni = net.at(subnet, { withPublicIp: true, ...options });
  const place = { eniId: eni.id, ip: eni.ips[0]! };
  const seen = new Observations();
  const workload = runtime
    .for(() => ({ around: { ...nothingAround, ...around } }))
    .start({ id: `test/${started++}`, hostname, network: place, containers, linkLocal }, seen);
  const when = (event: string) => seen.when(event);
  return {
    workload,
    ...place,
    events: seen.events,
    logs: seen.logs,
    state: (name) => workload.states().get(name),
    when,
  };
}

class Observations {
  readonly events: string[] = [];
  readonly logs: string[] = [];
  readonly #waiting: { event: string; resolve: () => void }[] = [];

  containerChanged(name: string, state: ContainerState): void {
    const event = `${name} ${wordsFor(state)}`;
    this.events.push(event);
    for (const each of this.#waiting) if (each.event === event) each.resolve();
  }

  log(name: string, line: string): void {
    this.logs.push(`${name}: ${line}`);
  }

  when(event: string): Promise<void> {
    if (this.events.includes(event)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ event, resolve }));
  }
}

function wordsFor(state: ContainerState): string {
  if (state.phase === 'exited') return `exited ${state.exitCode}`;
  return state.phase === 'running' && state.health !== 'UNKNOWN' ? state.health : state.phase;
}

/** What a command said and how it ended. */
export async function outputOf(session: ExecSession): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr, code] = await Promise.all([text(session.stdout), text(session.stderr), session.exited]);
  return { code, stdout, stderr };
}

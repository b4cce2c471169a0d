// Every caller asks every target, through the SOCKS entry of its own ztunnel. In this process: 10,000 curls would
// measure the making of processes.
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type RunningWorkload, systemClock, until } from '@meshbed/core';
import type { Sandbox } from '@meshbed/sandbox';
import { EcsState, type TaskRecord } from '../../../packages/aws-server/src/ecs/state.ts';
import { throughSocks } from '../mesh.ts';
import type { Member } from './topology.ts';

const concurrency = 16;
const socksPort = 15_080;
const echoPort = 8080;

interface Side {
  caller: RunningWorkload;
  /** The address that the target answers with. */
  targetIp: string;
  host: string;
}

export interface Matrix {
  wallMs: number;
  /** Of the processor, for all probes. */
  cpuMs: number;
}

/** Until every task runs and the first caller reaches every target, and every caller the first target. */
export async function settled(sandbox: Sandbox, members: readonly Member[]): Promise<Side[]> {
  const waits = { clock: systemClock, timeoutMs: 300_000, backoff: { firstMs: 100, factor: 1, maxMs: 100 } };
  const sides = await until(
    () => {
      const found = members.flatMap(({ name, host }) => sideOf(sandbox, name, host) ?? []);
      return found.length === members.length
        ? { state: 'ready', value: found }
        : { state: 'waiting', reason: `${found.length} of ${members.length} clusters run` };
    },
    { ...waits, what: 'tasks' },
  );
  const [first] = sides;
  if (!first) throw new Error('no clusters');
  const pairs = sides.flatMap((side) => [[first, side] as const, [side, first] as const]);
  for (const [from, to] of pairs) {
    const attempt = async () => ({ state: 'ready' as const, value: await probe(from, to) });
    await until(attempt, { ...waits, what: `${to.host}`, retryOn: () => true });
  }
  return sides;
}

/** The latest tasks with their ztunnel: those that are not stopping. */
function sideOf({ aws }: Sandbox, cluster: string, host: string): Side | undefined {
  const records = aws.world.stores.all(EcsState).flatMap(({ clusters }) => clusters.get(cluster) ?? []);
  const tasks = records.flatMap((record) => [...record.tasks.values()]);
  const running = (service: string) =>
    tasks.find((task) => task.serviceName === service && task.lastStatus === 'RUNNING' && isHealthy(task));
  const [shell, echo] = [running('shell-task'), running('echo-service')];
  const targetIp = echo?.eni?.ips[0];
  return shell?.workload && targetIp ? { caller: shell.workload, targetIp, host } : undefined;
}

const isHealthy = ({ containers }: TaskRecord) =>
  containers.some(({ name, health }) => name === 'ztunnel' && health === 'HEALTHY');

/** @throws Error when a caller does not reach a target, or something else answers. */
export async function fullMatrix(sides: readonly Side[]): Promise<Matrix> {
  const pairs = sides.flatMap((from) => sides.map((to) => [from, to] as const)).values();
  const [wallBegin, cpuBegin] = [performance.now(), process.cpuUsage()];
  const worker = async () => {
    for (const [from, to] of pairs) await probe(from, to);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const { user, system } = process.cpuUsage(cpuBegin);
  return { wallMs: performance.now() - wallBegin, cpuMs: (user + system) / 1000 };
}

async function probe({ caller }: Side, { host, targetIp }: Side): Promise<void> {
  const socket = await throughSocks(await caller.connectInside(socksPort), { host, port: echoPort });
  const answer = JSON.parse(await get(socket, host)) as { host?: { ip?: string; ips?: string[] } };
  const found = JSON.stringify(answer.host);
  if (!found.includes(targetIp.replaceAll('.', '-')) && !found.includes(targetIp))
    throw new Error(`${host} was answered by ${found} instead of ${targetIp}`);
}

function get(socket: Socket, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    const asked = request({ createConnection: () => socket, path: '/', headers: { host, connection: 'close' } });
    asked.on('response', (response) => void text(response).then(resolve, reject)).on('error', reject);
    asked.end();
  });
}

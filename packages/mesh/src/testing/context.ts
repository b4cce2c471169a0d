import type { Socket } from 'node:net';
import { type ProgramContext, systemClock } from '@meshbed/core';
import { dialLocal, type Loopback, loopback } from './loopback.ts';

export interface TestContext {
  context: ProgramContext;
  /** Lines that the program logged. */
  log: string[];
  /** Connects to a port that the program listens on. */
  dial(port: number): Promise<Socket>;
  listening(): number[];
  stop(): void;
}

export interface TestContextOptions {
  env?: Record<string, string>;
  files?: Record<string, string>;
  /** `host:port` → loopback port. */
  hosts: Record<string, number>;
}

/** A program's surroundings with a network of loopback sockets. */
export function testContext({ env = {}, files = {}, hosts }: TestContextOptions): TestContext {
  const log: string[] = [];
  const stop = new AbortController();
  const listeners = new Map<number, Loopback>();
  const connect = async (host: string, port: number) => {
    const local = hosts[`${host}:${port}`];
    if (local === undefined)
      throw Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`), { code: 'ECONNREFUSED' });
    return dialLocal(local);
  };
  const context: ProgramContext = {
    argv: [],
    env,
    readFile: (path) => files[path],
    hostname: 'test',
    network: {
      ip: '10.0.0.1',
      eniId: 'eni-test',
      redirect: undefined,
      connect,
      connectDirect: connect,
      resolve: async () => [],
      async listen(port, accept) {
        const listener = await loopback((socket) => accept(socket, { ip: '10.0.0.2', port: 40_000 }));
        listeners.set(port, listener);
        return {
          async [Symbol.asyncDispose]() {
            listeners.delete(port);
            await listener[Symbol.asyncDispose]();
          },
        };
      },
    },
    clock: systemClock,
    log: (line) => log.push(line),
    setHealthy: () => {},
    signal: stop.signal,
  };
  return {
    context,
    log,
    dial(port) {
      const listener = listeners.get(port);
      if (!listener) throw new Error(`the program does not listen on ${port}`);
      return listener.dial();
    },
    listening: () => [...listeners.keys()],
    stop: () => stop.abort(),
  };
}

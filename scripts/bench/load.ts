import { once } from 'node:events';
import { Agent, type AgentOptions, type IncomingMessage, request } from 'node:http';
import type { Dial } from './mesh.ts';

/** An HTTP client whose connections are made by `dial`. */
function clientOf(dial: Dial, options: AgentOptions): Agent {
  const agent = new Agent(options);
  agent.createConnection = (_options, made) => {
    dial().then(
      (socket) => made?.(null, socket),
      (error: Error) => made?.(error, undefined as never),
    );
    return undefined;
  };
  return agent;
}

async function ask(agent: Agent): Promise<void> {
  const [answer] = (await once(request({ agent, host: 'echo', path: '/' }).end(), 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`the echo server answered ${answer.statusCode}`);
}

export interface Load {
  /** Requests on their way at the same time. */
  concurrency: number;
  ms: number;
}

const each = (count: number, work: () => Promise<void>) => Promise.all(Array.from({ length: count }, work));

/** Requests per second; without `keepAlive` each comes on a connection of its own. */
export async function rate(dial: Dial, keepAlive: boolean, { concurrency, ms }: Load): Promise<number> {
  const agent = clientOf(dial, { keepAlive, maxSockets: concurrency });
  const startedMs = performance.now();
  let done = 0;
  await each(concurrency, async () => {
    for (; performance.now() - startedMs < ms; done++) await ask(agent);
  });
  const seconds = (performance.now() - startedMs) / 1000;
  agent.destroy();
  return done / seconds;
}

/** Milliseconds of `count` requests, one after the other on one connection. */
export async function latencies(dial: Dial, count: number): Promise<number[]> {
  const agent = clientOf(dial, { keepAlive: true, maxSockets: 1 });
  const measured: number[] = [];
  while (measured.length < count) {
    const startedMs = performance.now();
    await ask(agent);
    measured.push(performance.now() - startedMs);
  }
  agent.destroy();
  return measured.slice(1); // the first one made the connection
}

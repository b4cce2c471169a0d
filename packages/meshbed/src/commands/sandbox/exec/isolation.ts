import { controlOf } from '../../../session/control.ts';
import type { Instance } from '../../../session/instance.ts';
import { say, sayRefused } from './egress.ts';
import { NamespaceMaker } from './namespace/index.ts';

interface IsolationFlags {
  allowNet?: boolean;
  hostLoopback?: boolean;
}

/** Keeps programs on this machine that don't ask the proxy, where the system permits it, and says so where not. */
export class Isolation implements AsyncDisposable {
  readonly #isWanted: boolean;
  readonly #maker: NamespaceMaker | undefined;

  constructor({ allowNet = false, hostLoopback = false }: IsolationFlags) {
    this.#isWanted = !allowNet && !hostLoopback;
    if (this.#isWanted && process.platform === 'linux') this.#maker = new NamespaceMaker();
  }

  /** What goes before a command in this environment. */
  async around(instance: Instance, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
    if (!this.#isWanted) return [];
    const ports = await portsOf(instance, env);
    const opened = (await this.#maker?.open({ ports, refused: sayRefused })) ?? { problem: 'only Linux has them' };
    if ('prefix' in opened) return opened.prefix;
    const why = `no network namespaces: ${opened.problem}`;
    say(`programs that ignore the proxy variables are not kept on this machine (${why})`);
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#maker?.[Symbol.asyncDispose]();
  }
}

const local = /(?:127\.0\.0\.1|localhost):(\d+)/g;

/** Where the sandbox and the proxy answer. */
async function portsOf(instance: Instance, env: Readonly<Record<string, string>>): Promise<number[]> {
  const info = await controlOf(instance).info();
  const places = [...Object.values(instance.urls), ...Object.values(info.urls), ...Object.values(env)];
  const ports = places.flatMap((place) => [...place.matchAll(local)].map(([, port]) => Number(port)));
  return [...new Set(ports)];
}

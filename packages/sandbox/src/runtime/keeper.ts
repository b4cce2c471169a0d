import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Kills process groups when its standard input ends: when the sandbox is disposed, and also when it is killed itself.
 * A shell, since it must be small and start at once.
 */
const script = `
trap '' INT TERM HUP
groups=
while read -r verb group; do
  case $verb in
    watch) groups="$groups $group" ;;
    forget)
      left=
      for each in $groups; do [ "$each" = "$group" ] || left="$left $each"; done
      groups=$left ;;
  esac
done
for each in $groups; do kill -KILL "-$each"; done
`;

/** Sees to it that no process of a user outlives the sandbox. The process that does it starts with the first of them. */
export class Keeper implements AsyncDisposable {
  #process: ChildProcess | undefined;

  /** Until disposed, the process group ends with this process. */
  watch(group: number): Disposable {
    this.#tell(`watch ${group}`);
    return { [Symbol.dispose]: () => this.#tell(`forget ${group}`) };
  }

  #tell(line: string): void {
    this.#process ??= start();
    this.#process.stdin?.write(`${line}\n`);
  }

  /** Kills what is still watched. */
  async [Symbol.asyncDispose](): Promise<void> {
    const keeper = this.#process;
    this.#process = undefined;
    if (!keeper || keeper.exitCode !== null) return;
    keeper.stdin?.end();
    await once(keeper, 'exit');
  }
}

/** In a process group of its own: an interrupt from the terminal must not reach it. */
function start(): ChildProcess {
  const keeper = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  keeper.on('error', () => {}); // without a shell nothing is kept, but everything else works
  keeper.stdin?.on('error', () => {});
  return keeper;
}

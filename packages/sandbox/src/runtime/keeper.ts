import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Kills process groups (negative numbers, as in kill(2)), hangs up on shells and removes directories when its standard
 * input ends: when the sandbox is disposed, and also when it is killed itself. A shell, since it must be small and start
 * at once.
 */
const script = `
trap '' INT TERM HUP
groups=
sweep() (
  session=$1
  for stat in /proc/[0-9]*/stat; do
    read -r line <"$stat" || continue
    pid=\${stat#/proc/}
    set -- \${line##*) }
    [ "$4" = "$session" ] && kill -KILL "\${pid%/stat}"
  done
)
while IFS= read -r line; do
  group=\${line#* }
  case \${line%% *} in
    remove) set -- "$@" "$group" ;;
    spare)
      for each; do
        shift
        [ "$each" = "$group" ] || set -- "$@" "$each"
      done ;;
    watch) groups="$groups $group" ;;
    forget)
      left=
      for each in $groups; do [ "$each" = "$group" ] || left="$left $each"; done
      groups=$left ;;
  esac
done
for each in $groups; do
  case $each in
    -*) kill -KILL "$each" ;;
    session-*) kill -KILL "-\${each#session-}"; sweep "\${each#session-}" ;;
    *) kill -HUP "$each" ;;
  esac
done
for each; do rm -rf -- "$each"; done
`;

/** Sees to it that no process of a user outlives the sandbox. The process that does it starts with the first of them. */
export class Keeper implements AsyncDisposable {
  #process: ChildProcess | undefined;

  /** Beforehand, so that nothing but a line is missing when a process begins that has to be watched. */
  start(): void {
    this.#process ??= start();
  }

  /** Until disposed, the process group ends with this process. */
  watch(group: number): Disposable {
    return this.#watch(-group);
  }

  /** Until disposed, the process hears that its terminal is gone when this process ends: a shell tells its jobs. */
  watchShell(pid: number): Disposable {
    return this.#watch(pid);
  }

  /** Until disposed, every process of a session ends with this process, whatever group it has. */
  watchSession(leader: number): Disposable {
    return this.#watch(`session-${leader}`);
  }

  /** Until disposed, the directory goes with this process. */
  removeAfterwards(directory: string): Disposable {
    this.#tell(`remove ${directory}`);
    return { [Symbol.dispose]: () => this.#tell(`spare ${directory}`) };
  }

  #watch(target: number | string): Disposable {
    this.#tell(`watch ${target}`);
    return { [Symbol.dispose]: () => this.#tell(`forget ${target}`) };
  }

  #tell(line: string): void {
    this.start();
    this.#process?.stdin?.write(`${line}\n`);
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

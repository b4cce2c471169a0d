import type { World } from '../context.ts';
import { DataChannels } from '../data-channel/index.ts';
import { ServiceScheduler } from './services/scheduler.ts';
import { TaskRunner } from './tasks/runner.ts';

/** What moves by itself in ECS: tasks, services, exec sessions. One per server. */
export interface EcsEngine {
  runner: TaskRunner;
  scheduler: ServiceScheduler;
  channels: DataChannels;
}

const engines = new WeakMap<World, EcsEngine>();

/** Made when first asked for; ends with the server. */
export function engineOf(world: World): EcsEngine {
  const engine = engines.get(world) ?? createEngine(world);
  engines.set(world, engine);
  return engine;
}

function createEngine(world: World): EcsEngine {
  const runner: TaskRunner = new TaskRunner(world, (task) => scheduler.taskChanged(task));
  const scheduler = new ServiceScheduler(world, runner);
  const channels = new DataChannels(world);
  world.atEnd.use(runner);
  world.atEnd.use(scheduler);
  world.atEnd.use(channels);
  world.upgrades.set(channels.prefix, (request, socket, head) => channels.upgrade(request, socket, head));
  return { runner, scheduler, channels };
}

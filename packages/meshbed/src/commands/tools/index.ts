import { Argument, type Command } from 'commander';
import { addOptions, addSettings } from '../options.ts';
import type { AuthzFlags } from './authz.ts';
import type { CallFlags } from './call.ts';
import type { MeshFlags } from './mesh.ts';

/** The small tools: one request, one exercise, one list. */
export function addTools(program: Command): void {
  addCall(program);
  addAuthz(program);
  addMesh(program);
}

function addCall(program: Command): void {
  const command = program
    .command('call')
    .helpGroup('Questions:')
    .summary('one request from a workload, and who refused it')
    .description(
      'Runs curl in a task or a pod. When the request does not get there, the record of the proxy that refused it and the\nobject in the way are named.\nExit code 0: answered, 4: not answered, or with an error of the service.',
    )
    .argument('<url>', 'with or without http://')
    .requiredOption(
      '--from <caller>',
      'ecs/1/shell-task, ecs/CLUSTER/SERVICE, eks/shell, eks/NAMESPACE/DEPLOYMENT, aks/shell',
    )
    .option('-d, --data <data>', 'send this by POST')
    .option('--json', 'the whole result as JSON');
  addSettings(addOptions(command, 'call'), 'hidden').action(async (url: string, flags: CallFlags) =>
    (await import('./call.ts')).callCommand(url, flags),
  );
}

function addAuthz(program: Command): void {
  const command = program
    .command('authz')
    .helpGroup('Scenarios:')
    .summary('the exercises 6.1 to 6.7 one by one: set policies, test who gets through')
    .description(
      'Puts the policies of an exercise in force in place of those of another, tests who gets through and who is refused,\nand leaves them in force to look around. `all` does one after the other and removes them at the end.',
    )
    .argument('[exercise]', '1 to 7, all, or clear: remove the policies')
    .option('-e, --exercise <exercise>', 'the same as the argument')
    .option('--cleanup', 'the same as clear')
    .option('--scenario <number>', 'whose exercises; default: the configured one, else that of the last run')
    .option('--json', 'every exercise as one line of JSON');
  addSettings(addOptions(command, 'authz'), 'hidden').action(async (exercise: string | undefined, flags: AuthzFlags) =>
    (await import('./authz.ts')).authzCommand(exercise, flags),
  );
}

function addMesh(program: Command): void {
  const command = program
    .command('mesh')
    .helpGroup('Questions:')
    .summary('what the ztunnels know: services, workloads, policies')
    .description('Asks every ztunnel of the cluster, and says when one is behind the others.')
    .addArgument(new Argument('<what>', 'what to list').choices(['services', 'workloads', 'policies']))
    .option('-n, --namespace <namespace>', 'only this namespace')
    .option('--json', 'as JSON');
  addSettings(addOptions(command, 'mesh'), 'hidden').action(async (what: 'services', flags: MeshFlags) =>
    (await import('./mesh.ts')).meshCommand(what, flags),
  );
}

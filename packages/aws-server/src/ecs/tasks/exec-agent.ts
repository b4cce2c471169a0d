import { describeVerdict, type NetworkInterface } from '@meshbed/fabric';
import type { SessionCredential } from '../../accounts/sessions.ts';
import type { World } from '../../context.ts';
import type { TaskRecord } from '../state.ts';
import { assumeRole, denial, roleOf } from './roles.ts';

/** What the agent inside the task calls with the task role to open its channels. */
const actions = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];
const shortSessionMs = 900_000;

/**
 * Why the agent behind ECS Exec can't connect: the task role (not the execution role) lacks an ssmmessages permission,
 * or the network does not lead to the service. Undefined when it can.
 */
export function agentProblem(world: World, task: TaskRecord): string | undefined {
  const role = roleOf(task, 'taskRoleArn');
  if (role === undefined) return 'the task has no task role';
  return roleProblem(world, task, role) ?? (task.eni && networkProblem(world, task.eni));
}

function roleProblem(world: World, task: TaskRecord, role: string): string | undefined {
  let session: SessionCredential;
  try {
    session = assumeRole(world, task, role, shortSessionMs);
  } catch (error) {
    return (error as Error).message;
  }
  return actions.map((action) => denial(world, session, action, '*')).find((message) => message !== undefined);
}

/** Judged as soon as the fabric has a host of that name: it may be modelled without AWS's endpoints. */
function networkProblem({ fabric }: World, eni: NetworkInterface): string | undefined {
  const name = `ssmmessages.${eni.region}.amazonaws.com`;
  const [ip] = fabric.names.resolve(name, { vpcId: eni.vpcId });
  if (ip === undefined) return undefined;
  const port = fabric.internet.get(ip)?.ports.keys().next().value ?? 443;
  const verdict = fabric.explain({ eniId: eni.id, ip: eni.ips[0] ?? '' }, { ip, port });
  return verdict.kind === 'connected' ? undefined : `${name} is out of reach: ${describeVerdict(verdict).at(-1)}`;
}

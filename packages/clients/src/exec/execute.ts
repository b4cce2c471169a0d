import { randomUUID } from 'node:crypto';
import { ExecuteCommandCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { MeshbedError } from '@meshbed/core';
import { readSession, type SessionOptions } from './session.ts';
import { withStatus } from './status.ts';

export interface ExecuteOptions extends SessionOptions {
  cluster: string;
  /** ARN or id of the task. */
  task: string;
  container: string;
  /** Run by `sh -c`. */
  script: string;
}

export interface ExecuteResult {
  /** Standard output and standard error, as the terminal merged them. */
  output: string;
  exitCode: number;
}

/**
 * Runs a script in a container of a running task.
 * @throws what ExecuteCommand throws (InvalidParameterException while the agent isn't running, TargetNotConnectedException
 * without a way to ssmmessages); MeshbedError `cloud/exec-…` for the session.
 */
export async function executeInTask(ecs: ECSClient, options: ExecuteOptions): Promise<ExecuteResult> {
  const { cluster, task, container, script } = options;
  const wrapped = withStatus(script, `exit-${randomUUID()}=`);
  const { session } = await ecs.send(
    new ExecuteCommandCommand({ cluster, task, container, command: wrapped.command, interactive: true }),
  );
  if (!session?.sessionId || !session.streamUrl || !session.tokenValue) {
    throw new MeshbedError('cloud/exec-session', 'ExecuteCommand returned no session', { object: task });
  }
  const { sessionId, streamUrl, tokenValue } = session;
  const output = await readSession({ sessionId, streamUrl, tokenValue }, options);
  try {
    return wrapped.parse(output);
  } catch (cause) {
    throw new MeshbedError('cloud/exec-session', `no exit status from ${container}`, { cause, object: task });
  }
}

import { clientVersion, openSession, type ExecSession, type OpenSession } from '@meshbed/clients/exec';
import { describeError, MeshbedError, messageOf, type Clock } from '@meshbed/core';
import type { Terminal } from './terminal.ts';

export interface PluginContext {
  clock: Clock;
  terminal: Terminal;
  writeError: (text: string) => void;
}

const banner = '\nThe Session Manager plugin was installed successfully. Use the AWS CLI to start a session.\n\n';

/**
 * The session-manager-plugin: without arguments it says that it is there (the AWS CLI asks first), then the CLI calls
 * it with the session as JSON, the region, `StartSession`, the profile, the target as JSON and the endpoint. Like the
 * real one it exits with 0 however the remote command ended.
 */
export async function main(argv: readonly string[], { clock, terminal, writeError }: PluginContext): Promise<number> {
  const [first, , operation] = argv;
  try {
    if (first === undefined) terminal.write(banner);
    else if (first === '--version') terminal.write(`${clientVersion}\n`);
    else if (operation === 'StartSession') await runSession(sessionFrom(first), clock, terminal);
    else throw unknown(operation ?? first);
    return 0;
  } catch (error) {
    writeError(`${describeError(error)}\n`);
    return 1;
  }
}

const unknown = (word: string) =>
  new MeshbedError('user/argument', `session-manager-plugin: the operation ${word} is not supported by this sandbox`, {
    next: 'aws ecs execute-command --cluster C --task T --container NAME --interactive --command "…"',
  });

/** `ecs execute-command` spells the members in camel case, `ssm start-session` in Pascal case. @throws MeshbedError */
export function sessionFrom(text: string): ExecSession {
  const members = new Map(Object.entries(parsed(text)).map(([name, value]) => [name.toLowerCase(), value]));
  const [sessionId, streamUrl, tokenValue] = ['sessionid', 'streamurl', 'tokenvalue'].map((name) => members.get(name));
  if (typeof sessionId !== 'string' || typeof streamUrl !== 'string' || typeof tokenValue !== 'string') {
    throw new MeshbedError('user/argument', 'the session has no sessionId, streamUrl and tokenValue');
  }
  return { sessionId, streamUrl, tokenValue };
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw new MeshbedError('user/argument', `the session is no JSON: ${messageOf(cause)}`);
  }
  throw new MeshbedError('user/argument', 'the session is no JSON object');
}

const endOfTransmission = Buffer.from([4]);

async function runSession(session: ExecSession, clock: Clock, terminal: Terminal): Promise<void> {
  const { sessionId } = session;
  terminal.write(`\nStarting session with SessionId: ${sessionId}\n`);
  const open = openSession(session, { clock, size: terminal.size(), onOutput: (data) => terminal.write(data) });
  using _attached = attach(open, terminal);
  const note = await open.closed;
  terminal.write(
    note === '' ? `\n\nExiting session with sessionId: ${sessionId}.\n\n` : `\n\nSessionId: ${sessionId} : ${note}\n\n`,
  );
}

/** Input goes to the command; at its end the command gets what Ctrl-D sends, so that a shell fed by a pipe ends. */
function attach(open: OpenSession, terminal: Terminal): Disposable {
  return terminal.attach({
    onInput: (data) => open.write(carriageReturns(data)),
    onEnd: () => open.write(endOfTransmission),
    onResize: (size) => open.resize(size),
    onInterrupt: () => open.write(Buffer.from([3])),
  });
}

/** A line ends with a carriage return when it comes from a keyboard. */
const carriageReturns = (data: Buffer) => Buffer.from(data.map((byte) => (byte === 0x0a ? 0x0d : byte)));

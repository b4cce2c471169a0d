import type { Duplex } from 'node:stream';
import type { ExecSession } from '@meshbed/core';
import type { SubresourceHandlers, SubresourceRequest } from '../server/subresource.ts';
import { ApiError } from '../store/index.ts';
import { attached } from './attach.ts';
import { serveCommand } from './command.ts';
import { serveLog } from './log.ts';
import { serveChannelPortForward, serveSpdyPortForward } from './port-forward.ts';
import { spdyChannels } from './spdy-channels.ts';
import { targetContainer, targetWorkload } from './target.ts';
import { upgradeConnection } from './upgrade.ts';
import { type CommandOptions, webSocketChannels } from './websocket-channels.ts';

/** Logs, exec, attach and port-forward of pods. */
export const streamHandlers: SubresourceHandlers = {
  'pods/log': { respond: serveLog },
  'pods/exec': { upgrade: (request, socket, head) => serve(request, prepareExec(request), { socket, head }) },
  'pods/attach': { upgrade: (request, socket, head) => serve(request, prepareAttach(request), { socket, head }) },
  'pods/portforward': { upgrade: portForward },
};

interface Connection {
  socket: Duplex;
  head: Buffer;
}

/** Checked before the upgrade, so that what is wrong arrives as an ordinary answer; gives what starts the command. */
function prepareExec(request: SubresourceRequest): () => ExecSession {
  const { query } = request;
  const command = query.getAll('command');
  if (command.length === 0) throw new ApiError('BadRequest', 'you must specify at least one command for the container');
  const workload = targetWorkload(request);
  const { spec, state } = targetContainer(request);
  if (state.phase !== 'running')
    throw new ApiError('BadRequest', `unable to upgrade connection: container not found ("${spec.name}")`);
  return () => workload.exec(spec.name, command, { tty: query.get('tty') === 'true' });
}

function prepareAttach(request: SubresourceRequest): () => ExecSession {
  const record = targetContainer(request);
  if (record.state.phase !== 'running')
    throw new ApiError('BadRequest', `container ${record.spec.name} is not running`);
  const takesInput = request.query.get('stdin') === 'true';
  return () => attached(record, takesInput);
}

async function serve(
  { query, request }: SubresourceRequest,
  start: () => ExecSession,
  { socket, head }: Connection,
): Promise<void> {
  const wants = (name: string) => query.get(name) === 'true';
  const options: CommandOptions = {
    stdin: wants('stdin'),
    stdout: wants('stdout'),
    stderr: wants('stderr'),
    tty: wants('tty'),
  };
  const upgraded = await upgradeConnection(request, socket, head);
  const isChannels = upgraded.kind === 'channels';
  const channels = isChannels
    ? webSocketChannels(upgraded.socket, options)
    : await spdyChannels(upgraded.transport, options).catch(() => undefined);
  if (channels) await serveCommand(channels, start);
}

async function portForward(subresource: SubresourceRequest, socket: Duplex, head: Buffer): Promise<void> {
  const workload = targetWorkload(subresource);
  const dial = (port: number) => workload.connectInside(port);
  const ports = portsIn(subresource.query);
  const upgraded = await upgradeConnection(subresource.request, socket, head);
  if (upgraded.kind === 'spdy') return serveSpdyPortForward(upgraded.transport, dial);
  serveChannelPortForward(upgraded.socket, ports, dial);
}

function portsIn(query: URLSearchParams): number[] {
  const ports = query
    .getAll('ports')
    .flatMap((list) => list.split(','))
    .map(Number);
  const wrong = ports.find((port) => !Number.isInteger(port) || port < 1 || port > 65_535);
  if (wrong !== undefined) throw new ApiError('BadRequest', `invalid port in ports=${query.getAll('ports').join(',')}`);
  return ports;
}

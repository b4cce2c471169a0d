/** ECS Exec without the session-manager-plugin: ExecuteCommand, then the data channel over a websocket. */
export { executeInTask, type ExecuteOptions, type ExecuteResult } from './execute.ts';
export { decodeMessage, encodeMessage, payloadTypes, type ChannelMessage } from './message.ts';
export { clientVersion, type TerminalSize } from './channel.ts';
export {
  openSession,
  readSession,
  type ExecSession,
  type OpenOptions,
  type OpenSession,
  type SessionOptions,
} from './session.ts';
export { quoted, withStatus, type WrappedCommand } from './status.ts';

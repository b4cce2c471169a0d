/** ECS Exec without the session-manager-plugin: ExecuteCommand, then the data channel over a websocket. */
export { executeInTask, type ExecuteOptions, type ExecuteResult } from './execute.ts';
export { decodeMessage, encodeMessage, payloadTypes, type ChannelMessage } from './message.ts';
export { readSession, type ExecSession, type SessionOptions } from './session.ts';
export { quoted, withStatus, type WrappedCommand } from './status.ts';

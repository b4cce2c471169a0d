export interface LogEvent {
  id: string;
  timestampMs: number;
  ingestedAtMs: number;
  message: string;
}

export interface LogStream {
  name: string;
  arn: string;
  createdAtMs: number;
  /** By time stamp. */
  events: LogEvent[];
  sequence: number;
}

export interface LogGroup {
  name: string;
  /** Without the trailing `:*`. */
  arn: string;
  createdAtMs: number;
  retentionInDays: number | undefined;
  tags: Map<string, string>;
  streams: Map<string, LogStream>;
}

/** CloudWatch Logs of one account and region. */
export class LogsState {
  readonly groups: Map<string, LogGroup> = new Map();
}

export interface Place {
  account: string;
  region: string;
  nowMs: number;
}

export function createGroup(state: LogsState, name: string, { account, region, nowMs }: Place): LogGroup {
  const group: LogGroup = {
    name,
    arn: `arn:aws:logs:${region}:${account}:log-group:${name}`,
    createdAtMs: nowMs,
    retentionInDays: undefined,
    tags: new Map(),
    streams: new Map(),
  };
  state.groups.set(name, group);
  return group;
}

export function createStream(group: LogGroup, name: string, nowMs: number): LogStream {
  const arn = `${group.arn}:log-stream:${name}`;
  const stream: LogStream = { name, arn, createdAtMs: nowMs, events: [], sequence: 0 };
  group.streams.set(name, stream);
  return stream;
}

/** Keeps the stream in the order of time stamps; events of one moment stay in the order in which they came. */
export function append(
  stream: LogStream,
  events: readonly { timestampMs: number; message: string }[],
  nowMs: number,
): void {
  for (const { timestampMs, message } of events) {
    const id = String(stream.sequence++).padStart(56, '0');
    const at = stream.events.findLastIndex((event) => event.timestampMs <= timestampMs) + 1;
    stream.events.splice(at, 0, { id, timestampMs, ingestedAtMs: nowMs, message });
  }
}

import type * as Logs from '@aws-sdk/client-cloudwatch-logs';
import type { Context } from '../context.ts';
import { validPage } from '../valid-page.ts';
import type { Handlers } from '../service.ts';
import { invalidParameter, invalidToken, streamExists, streamNotFound } from './errors.ts';
import { filterPattern } from './filter-pattern.ts';
import { groupOf } from './groups.ts';
import { append, createStream, type LogEvent, type LogStream } from './state.ts';

const mostStreamsPerPage = 50;
const mostEventsPerPage = 10_000;

export const streamOperations: Handlers<typeof Logs> = {
  CreateLogStream({ logGroupName, logStreamName: name = '' }, context) {
    const group = groupOf(context, logGroupName);
    if (!/^[^:*]{1,512}$/.test(name))
      throw invalidParameter(`Value '${name}' at 'logStreamName' failed to satisfy constraint.`);
    if (group.streams.has(name)) throw streamExists();
    createStream(group, name, context.world.clock.now());
    return {};
  },

  DescribeLogStreams(
    { logGroupName, logGroupIdentifier, logStreamNamePrefix = '', orderBy, descending, nextToken, limit },
    context,
  ) {
    const byTime = orderBy === 'LastEventTime';
    const streams = [...groupOf(context, logGroupName ?? logGroupIdentifier).streams.values()]
      .filter(({ name }) => name.startsWith(logStreamNamePrefix))
      .toSorted((a, b) => (byTime ? lastEventMs(a) - lastEventMs(b) : a.name < b.name ? -1 : 1));
    if (descending) streams.reverse();
    const page = validPage(streams, { token: nextToken, size: limit ?? mostStreamsPerPage, invalid: invalidToken });
    return { logStreams: page.items.map(viewOf), nextToken: page.next };
  },

  DeleteLogStream({ logGroupName, logStreamName }, context) {
    const group = groupOf(context, logGroupName);
    if (!group.streams.delete(logStreamName ?? '')) throw streamNotFound();
    return {};
  },

  PutLogEvents({ logGroupName, logStreamName, logEvents = [] }, context) {
    const stream = streamOf(context, logGroupName, logStreamName);
    const events = logEvents.map(({ timestamp = 0, message = '' }) => ({ timestampMs: timestamp, message }));
    if (events.some(({ timestampMs }, index) => index > 0 && timestampMs < (events[index - 1]?.timestampMs ?? 0))) {
      throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
    }
    append(stream, events, context.world.clock.now());
    return { nextSequenceToken: String(stream.sequence) };
  },

  GetLogEvents(
    { logGroupName, logGroupIdentifier, logStreamName, startTime, endTime, nextToken, limit, startFromHead },
    context,
  ) {
    const stream = streamOf(context, logGroupName ?? logGroupIdentifier, logStreamName);
    const events = stream.events.filter(within(startTime, endTime));
    const size = limit ?? mostEventsPerPage;
    const from = positionOf(nextToken, { length: events.length, size, fromHead: startFromHead ?? false });
    const items = events.slice(from, from + size);
    // A client knows that it is at the end when it gets the token back that it sent.
    return {
      events: items.map(({ timestampMs, ingestedAtMs, message }) => ({
        timestamp: timestampMs,
        ingestionTime: ingestedAtMs,
        message,
      })),
      nextForwardToken: `f/${from + items.length}/s`,
      nextBackwardToken: `b/${from}/s`,
    };
  },

  FilterLogEvents(input, context) {
    const {
      logGroupName,
      logGroupIdentifier,
      logStreamNames,
      logStreamNamePrefix = '',
      startTime,
      endTime,
      nextToken,
      limit,
    } = input;
    const matches = filterPattern(input.filterPattern);
    const streams = [...groupOf(context, logGroupName ?? logGroupIdentifier).streams.values()].filter(({ name }) =>
      logStreamNames?.length ? logStreamNames.includes(name) : name.startsWith(logStreamNamePrefix),
    );
    const events = streams
      .flatMap(({ name, events: all }) =>
        all.filter(within(startTime, endTime)).map((event) => ({ stream: name, ...event })),
      )
      .filter(({ message }) => matches(message))
      .toSorted((a, b) => a.timestampMs - b.timestampMs);
    const page = validPage(events, { token: nextToken, size: limit ?? mostEventsPerPage, invalid: invalidToken });
    return {
      events: page.items.map(({ stream, id, timestampMs, ingestedAtMs, message }) => ({
        logStreamName: stream,
        eventId: id,
        timestamp: timestampMs,
        ingestionTime: ingestedAtMs,
        message,
      })),
      nextToken: page.next,
      searchedLogStreams: [],
    };
  },
};

function streamOf(context: Context, group: string | undefined, name = ''): LogStream {
  const stream = groupOf(context, group).streams.get(name);
  if (!stream) throw streamNotFound();
  return stream;
}

const lastEventMs = ({ events, createdAtMs }: LogStream) => events.at(-1)?.timestampMs ?? createdAtMs;

const within =
  (startMs = 0, endMs = Number.POSITIVE_INFINITY) =>
  ({ timestampMs }: LogEvent) =>
    timestampMs >= startMs && timestampMs < endMs;

function positionOf(token: string | undefined, page: { length: number; size: number; fromHead: boolean }): number {
  if (token === undefined) return page.fromHead ? 0 : Math.max(page.length - page.size, 0);
  const [, direction, position] = /^([fb])\/(\d+)\/s$/.exec(token) ?? [];
  if (direction === undefined) throw invalidToken();
  return direction === 'f' ? Number(position) : Math.max(Number(position) - page.size, 0);
}

const viewOf = (stream: LogStream) => ({
  logStreamName: stream.name,
  arn: stream.arn,
  creationTime: stream.createdAtMs,
  uploadSequenceToken: String(stream.sequence),
  storedBytes: 0,
  ...(stream.events.length > 0
    ? {
        firstEventTimestamp: stream.events[0]?.timestampMs,
        lastEventTimestamp: stream.events.at(-1)?.timestampMs,
        lastIngestionTime: stream.events.at(-1)?.ingestedAtMs,
      }
    : {}),
});

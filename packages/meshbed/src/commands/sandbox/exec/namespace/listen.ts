// Runs inside of the namespace: opens sockets there and hands them out, to the process that serves them outside. A
// socket belongs to the namespace that it was opened in, whoever holds it. Imports nothing but Node, to start at once.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Ports to listen on. */
export interface Wanted {
  /** On 127.0.0.1. */
  relayed: readonly number[];
  /** On every address. */
  refused: readonly number[];
}

/** What comes with a socket; `complete` comes last, and without one. */
export interface HandedOut {
  kind: 'relayed' | 'refused' | 'names' | 'complete';
  port: number;
}

const anywhere = '0.0.0.0';
const namePort = 53;

function handOut(about: HandedOut, socket?: Server | Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(about, socket, {}, (error) => (error ? reject(error) : resolve()));
  });
}

async function listen(kind: 'relayed' | 'refused', port: number, host: string): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  await handOut({ kind, port }, server);
}

async function open({ relayed, refused }: Wanted): Promise<void> {
  for (const port of relayed) await listen('relayed', port, '127.0.0.1');
  for (const port of refused) await listen('refused', port, anywhere);
  const names = createSocket('udp4');
  names.bind(namePort, anywhere);
  await once(names, 'listening');
  await handOut({ kind: 'names', port: namePort }, names);
  await handOut({ kind: 'complete', port: 0 });
  process.exit(0);
}

process.once('disconnect', () => process.exit(1));
process.once('message', (wanted: Wanted) => void open(wanted));

// Runs inside of the namespace, plain JavaScript so that it starts at once: opens sockets there and hands them out, to
// the process that serves them outside. A socket belongs to the namespace that it was opened in, whoever holds it.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import process from 'node:process';

const anywhere = '0.0.0.0';

/** @param {string} kind @param {number} port @param {import('node:net').Server | import('node:dgram').Socket} socket */
function handOut(kind, port, socket) {
  return new Promise((resolve, reject) => {
    process.send?.({ kind, port }, socket, (/** @type {Error | null} */ error) => (error ? reject(error) : resolve(0)));
  });
}

/** @param {string} kind @param {number} port @param {string} host */
async function listen(kind, port, host) {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  await handOut(kind, port, server);
}

/** @param {{ relayed: number[], refused: number[] }} ports */
async function open({ relayed, refused }) {
  for (const port of relayed) await listen('relayed', port, '127.0.0.1');
  for (const port of refused) await listen('refused', port, anywhere);
  const names = createSocket('udp4');
  names.bind(53, anywhere);
  await once(names, 'listening');
  await handOut('names', 53, names);
  process.send?.({ kind: 'complete' }, () => process.exit(0));
}

process.once('disconnect', () => process.exit(1));
process.once('message', (ports) => void open(ports));

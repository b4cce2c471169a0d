import type { Socket } from 'node:dgram';

const [headerBytes, answerBit, noSuchName] = [12, 0x80, 0x83];

/** Answers every question of the domain name system with "no such name", and tells which were asked. */
export function refuseNames(socket: Socket, asked: (name: string) => void): void {
  socket.on('error', () => {});
  socket.on('message', (query, { port, address }) => {
    const name = nameIn(query);
    if (name !== undefined && !name.endsWith('.arpa')) asked(name);
    if (query.length < headerBytes) return;
    const answer = Buffer.from(query);
    answer[2] = (answer[2] ?? 0) | answerBit;
    answer[3] = noSuchName;
    socket.send(answer, port, address);
  });
}

/** The name of the first question; undefined for what is no question. */
export function nameIn(query: Buffer): string | undefined {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    if (length > 63 || at + length >= query.length) return undefined;
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return labels.length === 0 ? undefined : labels.join('.');
}

import { gzipSync } from 'node:zlib';
import type { EvidenceFile } from './types.ts';

const block = 512;

/** A `.tar.gz` of text files in the given order. Format: POSIX.1-1988 ustar, paths of at most 100 + 155 bytes. */
export function tarGzip(files: readonly EvidenceFile[], modifiedMs: number): Buffer {
  const parts = files.flatMap(({ path, text }) => {
    const content = Buffer.from(text);
    return [
      header(path, content.length, modifiedMs),
      content,
      Buffer.alloc((block - (content.length % block)) % block),
    ];
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * block)]));
}

function header(path: string, size: number, modifiedMs: number): Buffer {
  const bytes = Buffer.alloc(block);
  const { prefix, name } = split(path);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  const fields: readonly [offset: number, text: string][] = [
    [0, name],
    [100, octal(0o600, 8)],
    [108, octal(0, 8)],
    [116, octal(0, 8)],
    [124, octal(size, 12)],
    [136, octal(Math.floor(modifiedMs / 1000), 12)],
    [148, ' '.repeat(8)],
    [156, '0'],
    [257, 'ustar\u000000'],
    [345, prefix],
  ];
  for (const [offset, text] of fields) bytes.write(text, offset);
  // The sum counts its own field as spaces.
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

const longest = { name: 100, prefix: 155 };

/** At a slash, so that both parts fit. */
function split(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= longest.name) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(name) <= longest.name && Buffer.byteLength(prefix) <= longest.prefix) return { prefix, name };
  }
  throw new RangeError(`the path is too long for a tar archive: ${path}`);
}

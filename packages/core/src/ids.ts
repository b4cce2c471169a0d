import { createHash, randomBytes } from 'node:crypto';

/** A source of identifiers; the same seed gives the same sequence. */
export interface Ids {
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
  /** Upper-case letters and digits, as access keys and role ids use them. */
  alphanumeric(length: number): string;
  uuid(): string;
  /** An integer from 0 to `below` - 1. */
  integer(below: number): number;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Counter mode over SHA-256: enough for names and ids, not for keys. */
export function createIds(seed: string = randomBytes(16).toString('hex')): Ids {
  let counter = 0;
  const bytes = (length: number) => {
    const blocks: Buffer[] = [];
    for (let have = 0; have < length; have += 32) {
      blocks.push(createHash('sha256').update(`${seed}:${counter++}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, length);
  };
  const hex = (length: number) =>
    bytes(Math.ceil(length / 2))
      .toString('hex')
      .slice(0, length);
  return {
    hex,
    alphanumeric: (length) => [...bytes(length)].map((byte) => letters[byte % letters.length]).join(''),
    uuid() {
      const digits = hex(32);
      const variant = '89ab'[Number.parseInt(digits[16] ?? '0', 16) % 4];
      return [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(13, 16)}`,
        `${variant}${digits.slice(17, 20)}`,
        digits.slice(20),
      ].join('-');
    },
    integer: (below) => bytes(4).readUInt32BE() % below,
  };
}

import { Transform } from 'node:stream';

export interface TerminalSides {
  /** What the person sees of what they type. */
  echo: (text: Buffer) => void;
  /** Ctrl-C. */
  interrupt: () => void;
}

const keys = {
  interrupt: 0x03,
  end: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  return: 0x0d,
  killLine: 0x15,
  delete: 0x7f,
};
const lineEnd = Buffer.from('\r\n');
const eraseOne = Buffer.from('\b \b');
const isControl = (byte: number) => byte < 0x20 && byte !== 0x09;
/** Of a character in UTF-8, after its first byte. */
const isContinuation = (byte: number) => byte >= 0x80 && byte < 0xc0;

/**
 * What the line discipline of a terminal makes of keys: whole lines, with return as their end, erasing, Ctrl-C and
 * Ctrl-D, all of it echoed. It stands for a pseudo-terminal where the machine makes none: enough for a shell that reads
 * lines, but nobody is told a size.
 */
export class TerminalInput extends Transform {
  #line: number[] = [];
  #hasEnded = false;
  readonly #sides: TerminalSides;

  constructor(sides: TerminalSides) {
    super();
    this.#sides = sides;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    for (const key of chunk) if (!this.#hasEnded) this.#press(key);
    done();
  }

  override _flush(done: (error?: Error | null) => void): void {
    this.#handOver();
    done();
  }

  #press(key: number): void {
    if (key === keys.return || key === keys.lineFeed) {
      this.#line.push(keys.lineFeed);
      this.#sides.echo(lineEnd);
      this.#handOver();
    } else if (key === keys.interrupt) {
      this.#line = [];
      this.#sides.echo(Buffer.from('^C\r\n'));
      this.#sides.interrupt();
    } else if (key === keys.end) {
      this.#endOfInput();
    } else if (key === keys.delete || key === keys.backspace) {
      this.#erase(1);
    } else if (key === keys.killLine) {
      this.#erase(this.#line.length);
    } else {
      this.#line.push(key);
      this.#sides.echo(isControl(key) ? Buffer.from(`^${String.fromCharCode(key + 0x40)}`) : Buffer.of(key));
    }
  }

  /** On an empty line it ends the input, elsewhere it hands over what is there. */
  #endOfInput(): void {
    if (this.#line.length > 0) return this.#handOver();
    this.#hasEnded = true;
    this.push(null);
  }

  #erase(count: number): void {
    for (let left = count; left > 0 && this.#line.length > 0; left--) {
      let byte = this.#line.pop() ?? 0;
      while (isContinuation(byte)) byte = this.#line.pop() ?? 0;
      for (let column = isControl(byte) ? 2 : 1; column > 0; column--) this.#sides.echo(eraseOne);
    }
  }

  #handOver(): void {
    if (this.#line.length > 0 && !this.#hasEnded) this.push(Buffer.from(this.#line));
    this.#line = [];
  }
}

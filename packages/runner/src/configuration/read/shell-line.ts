/** A piece of a value in the shell's terms. Columns count from 1. */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'variable'; name: string; column: number }
  | { kind: 'user' };

export interface Assignment {
  name: string;
  /** Where the name begins. */
  column: number;
  pieces: Piece[];
}

/** The first thing in a line that isn't understood. */
export class NotUnderstood extends Error {
  readonly column: number;
  readonly hint: string;

  constructor(column: number, message: string, hint: string) {
    super(message);
    this.column = column;
    this.hint = hint;
  }
}

const start = /^(\s*export\s+)([A-Za-z_]\w*)/;

/**
 * `export NAME=VALUE` with quotes, `$NAME`, `${NAME}`, `$(whoami)` and a comment; undefined for a line without content.
 * @throws NotUnderstood for anything else: the words of a shell that would do something are never done.
 */
export function parseLine(line: string): Assignment | undefined {
  if (/^\s*(#.*)?$/.test(line)) return undefined;
  const found = start.exec(line);
  if (!found) throw notAnExport(line);
  const [head, before = '', name = ''] = found;
  if (line[head.length] !== '=') throw noEquals(line, name, head.length);
  const reader = new ValueReader(line, head.length + 1);
  return { name, column: before.length + 1, pieces: reader.read() };
}

function notAnExport(line: string): NotUnderstood {
  const column = line.search(/\S/) + 1;
  const bare = /^\s*([A-Za-z_]\w*)=/.exec(line)?.[1];
  const hint =
    bare === undefined
      ? 'the file is read, not run: only lines like export CLUSTER_NAME=demo are understood'
      : `write: export ${bare}=…`;
  return new NotUnderstood(column, 'this line is no export NAME=VALUE', hint);
}

function noEquals(line: string, name: string, at: number): NotUnderstood {
  const spaced = /^\s+=/.test(line.slice(at));
  const hint = spaced ? `write it without spaces around the =: export ${name}=…` : `write: export ${name}=VALUE`;
  return new NotUnderstood(at + 1, spaced ? `there is a space before the = of ${name}` : `${name} has no value`, hint);
}

const special: Readonly<Record<string, string>> = {
  ';': 'write one export per line',
  '&': 'write one export per line',
  '|': 'put the value in single quotes if it is meant literally',
  '`': 'write the value itself; nothing is executed, only $(whoami) is known',
  '~': 'write $HOME',
};

/** Reads what follows the `=`, piece by piece. */
class ValueReader {
  readonly #line: string;
  readonly #pieces: Piece[] = [];
  #at: number;

  constructor(line: string, at: number) {
    this.#line = line;
    this.#at = at;
  }

  read(): Piece[] {
    while (this.#at < this.#line.length) {
      const character = this.#line[this.#at]!;
      if (/\s/.test(character)) return this.#end();
      if (character === "'") this.#single();
      else if (character === '"') this.#double();
      else if (character === '$') this.#reference();
      else this.#plain(character);
    }
    return this.#pieces;
  }

  /** After the value there may be a comment, nothing else. */
  #end(): Piece[] {
    const rest = this.#line.slice(this.#at);
    if (/^\s+(#.*)?$/.test(rest)) return this.#pieces;
    this.#at += rest.search(/\S/);
    throw this.#problem(
      'there is more after the value',
      'put a value with spaces in quotes; write one export per line',
    );
  }

  #single(): void {
    const end = this.#line.indexOf("'", this.#at + 1);
    if (end < 0) throw this.#unclosed("'");
    this.#text(this.#line.slice(this.#at + 1, end));
    this.#at = end + 1;
  }

  #double(): void {
    const opened = this.#at++;
    for (;;) {
      const character = this.#line[this.#at];
      if (character === undefined) {
        this.#at = opened;
        throw this.#unclosed('"');
      }
      if (character === '"') break;
      if (character === '$') this.#reference();
      else if (character === '`') throw this.#problem('` would run a command', special['`']!);
      else if (character === '\\' && /["\\$`]/.test(this.#line[this.#at + 1] ?? '')) {
        this.#text(this.#line[this.#at + 1]!);
        this.#at += 2;
      } else {
        this.#text(character);
        this.#at++;
      }
    }
    this.#text('');
    this.#at++;
  }

  #reference(): void {
    const rest = this.#line.slice(this.#at);
    const [all, braced, bare] = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/.exec(rest) ?? [];
    const name = braced ?? bare;
    if (all !== undefined && name !== undefined) {
      this.#pieces.push({ kind: 'variable', name, column: this.#at + 1 });
      this.#at += all.length;
      return;
    }
    const user = /^\$\(\s*whoami\s*\)/.exec(rest)?.[0];
    if (user === undefined) throw this.#unknownExpansion(rest);
    this.#pieces.push({ kind: 'user' });
    this.#at += user.length;
  }

  #unknownExpansion(rest: string): NotUnderstood {
    if (rest.startsWith('$('))
      return this.#problem('$(…) would run a command; nothing is executed', 'only $(whoami) is known: write the value');
    if (rest.startsWith('${'))
      return this.#problem('this ${…} is not a plain variable', 'only $NAME and ${NAME} are known: write the value');
    return this.#problem('this $ is no variable', "put the value in single quotes if a $ is meant: '…$…'");
  }

  #plain(character: string): void {
    const atStart = this.#line[this.#at - 1] === '=' || this.#line[this.#at - 1] === ':';
    const literal = /[^;&|`~<>(){}[\]*?!\\]/.test(character) || (character === '~' && !atStart);
    if (!literal)
      throw this.#problem(
        `${character} means something to a shell`,
        special[character] ?? 'put the value in single quotes',
      );
    this.#text(character);
    this.#at++;
  }

  #text(text: string): void {
    const last = this.#pieces.at(-1);
    if (last?.kind === 'text') last.text += text;
    else this.#pieces.push({ kind: 'text', text });
  }

  #unclosed(quote: string): NotUnderstood {
    return this.#problem(`the quote ${quote} is not closed in this line`, `close it with ${quote}`);
  }

  #problem(message: string, hint: string): NotUnderstood {
    return new NotUnderstood(this.#at + 1, message, hint);
  }
}

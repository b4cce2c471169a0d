import { MeshbedError } from '@meshbed/core';

/**
 * Splits a command line into words by the quoting rules of a POSIX shell, without any expansion. The agent behind ECS
 * Exec starts the words directly and puts no shell in between: pipes and variables need `sh -c '…'`.
 *
 * @throws MeshbedError `user/unbalanced-quotes`
 */
export function splitWords(command: string): string[] {
  const words = [...command.matchAll(word)];
  const rest = command.slice(words.reduce((end, match) => Math.max(end, match.index + match[0].length), 0));
  if (rest.trim() !== '') {
    throw new MeshbedError('user/unbalanced-quotes', `The command can't be split into words: ${command}`, {
      likely: 'A quotation mark is opened and not closed.',
    });
  }
  return words.map(([text]) => unquote(text.trimStart()));
}

const single = /'[^']*'/;
const double = /"(?:[^"\\]|\\[^])*"/;
const escaped = /\\[^]/;
const plain = /[^\s'"\\]/;
const part = `(?:${single.source}|${double.source}|${escaped.source}|${plain.source})`;
/** Sticky: a position that starts no word ends the search. */
const word = new RegExp(`\\s*${part}+`, 'gy');
const parts = new RegExp(part, 'g');

const unquote = (text: string) => text.replaceAll(parts, contentOf);

function contentOf(piece: string): string {
  if (piece.startsWith("'")) return piece.slice(1, -1);
  if (piece.startsWith('"'))
    return piece
      .slice(1, -1)
      .replaceAll(/\\(["\\$`])/g, '$1')
      .replaceAll('\\\n', '');
  if (piece.startsWith('\\')) return piece === '\\\n' ? '' : piece.slice(1);
  return piece;
}

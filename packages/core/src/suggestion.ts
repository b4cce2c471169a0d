/**
 * The candidate that a word was most likely meant to be, or undefined when none is close. Upper and lower case, `-`
 * and `_` count as the same.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(word);
  const ranked = [...candidates]
    .map((candidate) => ({ candidate, distance: distanceBetween(wanted, plain(candidate)) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  const tolerated = Math.max(1, Math.floor(wanted.length / 3));
  return best && best.distance <= tolerated ? best.candidate : undefined;
}

/** `did you mean NAME?`, or an empty text when nothing is close. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === undefined ? '' : `did you mean ${found}?`;
}

const plain = (word: string) => word.toLowerCase().replaceAll('-', '_');

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
function distanceBetween(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const edits = [row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1)];
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) edits.push(before[j - 2]! + 1);
      next.push(Math.min(...edits));
    }
    [before, row] = [row, next];
  }
  return row[to.length]!;
}

import { readFileSync } from 'node:fs';
import { Markup } from '../markup.ts';

const sheet = readFileSync(new URL('style.css', import.meta.url), 'utf8');

/** The style sheet, with the rules that show one of so many states of the policies at a time. */
export function style(stages: number): Markup {
  const rules = Array.from({ length: stages }, (_, index) => {
    const others = `.topology:not(:has(#stage-${index}:checked))`;
    return `${others} .stage-${index} { display: none; }`;
  });
  return new Markup(`${sheet}${rules.join('\n')}\n`);
}

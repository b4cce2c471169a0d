import { readFileSync } from 'node:fs';
import { Markup } from '../markup.ts';

/** What is narrow overrides what comes before. */
const sheets = ['page', 'topology', 'timeline', 'tables', 'narrow'].map((name) =>
  readFileSync(new URL(`style/${name}.css`, import.meta.url), 'utf8'),
);

/** The style sheet, with the rules that show one of so many states of the policies at a time. */
export function style(stages: number): Markup {
  const rules = Array.from({ length: stages }, (_, index) => {
    const others = `.topology:not(:has(#stage-${index}:checked))`;
    return `${others} .stage-${index} { display: none; }`;
  });
  return new Markup(`${sheets.join('')}${rules.join('\n')}\n`);
}

import type { LabelSelector } from '../objects/index.ts';
import { badRequest } from '../store/errors.ts';

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

/** Terms in the order of trial: the first that matches wins. */
const syntax: readonly [RegExp, (key: string, value: string) => Requirement][] = [
  [/^(\S+)\s+in\s+\(([^)]*)\)$/, (key, values) => isIn(key, list(values))],
  [/^(\S+)\s+notin\s+\(([^)]*)\)$/, (key, values) => not(isIn(key, list(values)))],
  [/^([^\s!=]+)\s*!=\s*(\S*)$/, (key, value) => (labels) => labels[key] !== value],
  [/^([^\s!=]+)\s*==?\s*(\S*)$/, (key, value) => (labels) => labels[key] === value],
  [/^!\s*([^\s!=]+)$/, (key) => (labels) => !(key in labels)],
  [/^([^\s!=(),]+)$/, (key) => (labels) => key in labels],
];

const isIn =
  (key: string, values: readonly string[]): Requirement =>
  (labels) =>
    key in labels && values.includes(labels[key] ?? '');

const not =
  (holds: Requirement): Requirement =>
  (labels) =>
    !holds(labels);

const list = (values: string) => values.split(',').map((value) => value.trim());

/**
 * A predicate for a selector in query syntax: `app=web,tier in (a, b),!legacy`.
 * @throws ApiError BadRequest when it can't be parsed
 */
export function parseLabelSelector(selector: string | null | undefined): (labels: Labels | undefined) => boolean {
  const terms = (selector ?? '').split(/,(?![^()]*\))/).map((term) => term.trim());
  const requirements = terms.filter((term) => term !== '').map((term) => parseTerm(term, selector ?? ''));
  return (labels) => requirements.every((holds) => holds(labels ?? {}));
}

function parseTerm(term: string, selector: string): Requirement {
  for (const [pattern, make] of syntax) {
    const match = pattern.exec(term);
    if (match) return make(match[1] ?? '', match[2] ?? '');
  }
  throw badRequest(
    `unable to parse requirement: ${JSON.stringify(term)} in label selector ${JSON.stringify(selector)}`,
  );
}

/** Whether `labels` match a selector object; an absent selector matches nothing, an empty one everything. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  if (!selector) return false;
  const have = labels ?? {};
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => have[key] === value);
  return equal && (selector.matchExpressions ?? []).every((expression) => expressionHolds(expression, have));
}

function expressionHolds(expression: NonNullable<LabelSelector['matchExpressions']>[number], labels: Labels): boolean {
  const { key, operator, values = [] } = expression;
  switch (operator) {
    case 'In':
      return isIn(key, values)(labels);
    case 'NotIn':
      return !isIn(key, values)(labels);
    case 'Exists':
      return key in labels;
    case 'DoesNotExist':
      return !(key in labels);
  }
}

/** A selector object in query syntax, as status.selector of a Scale wants it. */
export function formatSelector(selector: LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...equal, ...expressions].join(',');
}

import { invalidParameter } from './errors.ts';

/**
 * A predicate for an unstructured filter pattern: every word must occur, `?word` is one of several alternatives,
 * `-word` must not occur, quotes keep words together. JSON and column patterns are refused.
 *
 * @throws AwsError InvalidParameterException
 */
export function filterPattern(pattern = ''): (message: string) => boolean {
  if (/^\s*[{[]/.test(pattern) || pattern.includes('%')) {
    throw invalidParameter(
      `Filter pattern ${pattern} is not modelled by this server: use words, ?words, -words and "quoted phrases".`,
    );
  }
  const terms = [...pattern.matchAll(/([?-]?)(?:"([^"]*)"|([^\s"]+))/g)].map(([, sign = '', quoted, plain]) => ({
    sign,
    text: quoted ?? plain ?? '',
  }));
  const texts = (wanted: string) => terms.filter(({ sign }) => sign === wanted).map(({ text }) => text);
  const [all, any, none] = [texts(''), texts('?'), texts('-')];
  return (message) =>
    all.every((text) => message.includes(text)) &&
    (any.length === 0 || any.some((text) => message.includes(text))) &&
    !none.some((text) => message.includes(text));
}

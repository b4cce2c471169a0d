/** What stands where a secret was. */
export const placeholder = '[redacted]';

/** Every text that must not be shown, and what stands for it in base64 and in URLs. Longest first, see `redact`. */
const hidden: string[] = [];

/**
 * A value that is never printed, logged or written: it shows itself as `[redacted]`, and from its creation on `redact`
 * removes it from any text of this process. The list is the process's, because a secret is one wherever it turns up.
 */
export class Secret {
  /** Private, so that `console.log` and `util.inspect` don't see it either. */
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    if (value === '') return;
    const forms = [value, Buffer.from(value).toString('base64'), encodeURIComponent(value), inJson(value)];
    for (const form of forms) if (!hidden.includes(form)) hidden.push(form);
    hidden.sort((a, b) => b.length - a.length);
  }

  /** For the one place that hands it over. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return placeholder;
  }

  toJSON(): string {
    return placeholder;
  }
}

/** The text without any secret of this process. */
export function redact(text: string): string {
  return hidden.reduce((shown, secret) => shown.replaceAll(secret, placeholder), text);
}

/** The same data with every text in it redacted, names of fields included. */
export function redactDeep<T>(data: T): T {
  return hidden.length === 0 ? data : (redacted(data) as T);
}

function redacted(data: unknown): unknown {
  if (typeof data === 'string') return redact(data);
  if (Array.isArray(data)) return data.map(redacted);
  if (typeof data !== 'object' || data === null || data instanceof Secret) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [redact(name), redacted(value)]));
}

const inJson = (value: string) => JSON.stringify(value).slice(1, -1);

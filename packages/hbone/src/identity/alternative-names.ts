export interface AlternativeName {
  /** `URI`, `DNS`, `IP Address`, `email`, … as OpenSSL names them. */
  type: string;
  value: string;
}

const entry = /([A-Za-z][A-Za-z ]*):(?:("(?:[^"\\]|\\.)*")|([^",\\]*))(?:, (?=.)|$)/y;

/**
 * Node's text of a certificate's alternative names as a list. A value with a comma, a quote or a control character
 * arrives as a JSON string, so that `spiffe://a, URI:spiffe://evil` stays one name; splitting at commas would make two
 * of it (CVE-2021-44532). Text that does not match from end to end gives no names at all.
 */
export function alternativeNames(text: string): AlternativeName[] {
  const names: AlternativeName[] = [];
  entry.lastIndex = 0;
  for (let end = 0; end < text.length; end = entry.lastIndex) {
    const [, type, quoted, plain] = entry.exec(text) ?? [];
    const value = quoted === undefined ? plain : unquote(quoted);
    if (type === undefined || value === undefined) return [];
    names.push({ type, value });
  }
  return names;
}

function unquote(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

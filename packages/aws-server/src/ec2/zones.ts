/** Every region here has three zones. */
export const zonesOf = (region: string): string[] => ['a', 'b', 'c'].map((letter) => `${region}${letter}`);

const directions: readonly (readonly [long: string, short: string])[] = [
  ['northeast', 'ne'],
  ['southeast', 'se'],
  ['northwest', 'nw'],
  ['southwest', 'sw'],
  ['north', 'n'],
  ['south', 's'],
  ['east', 'e'],
  ['west', 'w'],
  ['central', 'c'],
];

/** `use2-az1` of `us-east-2a`. */
export function zoneId(zone: string): string {
  const [area = '', direction = '', rest = ''] = zone.split('-');
  const short = directions.find(([long]) => long === direction)?.[1] ?? direction;
  const number = rest.slice(0, -1);
  return `${area}${short}${number}-az${rest.charCodeAt(rest.length - 1) - 'a'.charCodeAt(0) + 1}`;
}

import type { TopologyAccount, TopologyPlace } from '../../../events.ts';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedAccount extends Box {
  account: TopologyAccount;
  /** Where its name is: on the side that no flow passes through. */
  title: 'above' | 'below';
}

export interface PlacedPlace extends Box {
  place: TopologyPlace;
}

export interface Layout {
  width: number;
  height: number;
  accounts: readonly PlacedAccount[];
  places: readonly PlacedPlace[];
}

/** Measures of a picture in its own units, which are pixels at its natural size. */
interface Measures {
  node: { width: number; height: number };
  /** Between what lies along the main axis, and across it. */
  gap: { along: number; across: number };
  margin: number;
  padding: number;
  /** Room for the name of an account. */
  title: number;
}

const wideMeasures: Measures = {
  node: { width: 196, height: 92 },
  gap: { along: 168, across: 92 },
  margin: 2,
  padding: 28,
  title: 50,
};

const narrowMeasures: Measures = {
  node: { width: 134, height: 88 },
  gap: { along: 72, across: 44 },
  margin: 2,
  padding: 14,
  title: 46,
};

/** From left to right, for screens. */
export const wide = (accounts: readonly TopologyAccount[]): Layout => arranged(accounts, wideMeasures, 'row');

/** From top to bottom, for phones. */
export const narrow = (accounts: readonly TopologyAccount[]): Layout => arranged(accounts, narrowMeasures, 'column');

/**
 * Ranks along the main axis: where Kubernetes is; what else is in its account; the other accounts. Whoever talks across
 * a rank passes through the gap in its middle.
 */
function arranged(
  [home, ...others]: readonly TopologyAccount[],
  measures: Measures,
  direction: 'row' | 'column',
): Layout {
  if (!home) return { width: 0, height: 0, accounts: [], places: [] };
  const [first, ...rest] = home.places;
  const ranks = [first ? [first] : [], rest].filter((rank) => rank.length > 0);
  const groups = [{ account: home, ranks }, ...others.map((account) => ({ account, ranks: [account.places] }))];
  const across = Math.max(
    ...groups.flatMap((group) => group.ranks.map((rank) => extent(rank.length, measures, direction))),
  );
  let at = measures.margin;
  const accounts: PlacedAccount[] = [];
  const places: PlacedPlace[] = [];
  for (const { account, ranks: own } of groups) {
    const length = lengthOf(own.length, measures, direction);
    const box = boxAt({ at, length, across }, measures, direction);
    const title = direction === 'column' && accounts.length > 0 ? 'below' : 'above';
    accounts.push({ account, title, ...box });
    for (const [index, rank] of own.entries()) places.push(...rankAt({ rank, index, box, title }, measures, direction));
    at += length + (direction === 'row' ? 48 : 20);
  }
  const end = accounts.at(-1)!;
  return { width: end.x + end.width + measures.margin, height: end.y + end.height + measures.margin, accounts, places };
}

type Direction = 'row' | 'column';

const sides = ({ node }: Measures, direction: Direction) =>
  direction === 'row' ? { along: node.width, across: node.height } : { along: node.height, across: node.width };

function extent(count: number, measures: Measures, direction: Direction): number {
  const { across } = sides(measures, direction);
  return count * across + (count - 1) * measures.gap.across;
}

function lengthOf(ranks: number, measures: Measures, direction: Direction): number {
  const { along } = sides(measures, direction);
  const title = direction === 'row' ? 0 : measures.title;
  return title + ranks * along + (ranks - 1) * measures.gap.along + 2 * measures.padding;
}

interface Span {
  at: number;
  length: number;
  across: number;
}

function boxAt({ at, length, across }: Span, { margin, padding, title }: Measures, direction: Direction): Box {
  if (direction === 'row') return { x: at, y: margin, width: length, height: title + across + 2 * padding };
  return { x: margin, y: at, width: Math.max(across, 312) + 2 * padding, height: length };
}

interface Rank {
  rank: readonly TopologyPlace[];
  index: number;
  box: Box;
  title: PlacedAccount['title'];
}

function rankAt({ rank, index, box, title }: Rank, measures: Measures, direction: Direction): PlacedPlace[] {
  const { node, gap, padding } = measures;
  const above = title === 'above' ? measures.title : 0;
  const { along, across } = sides(measures, direction);
  const room = direction === 'row' ? box.height - above : box.width;
  const begin = (room - extent(rank.length, measures, direction)) / 2;
  const offset = padding + index * (along + gap.along);
  return rank.map((place, position) => {
    const side = begin + position * (across + gap.across);
    const at = direction === 'row' ? { x: offset, y: above + side } : { x: side, y: above + offset };
    return { place, ...node, x: box.x + at.x, y: box.y + at.y };
  });
}

import type { Box } from './layout.ts';

export interface Point {
  x: number;
  y: number;
}

export interface Route {
  /** Data of an SVG path. */
  path: string;
  end: Point;
}

export interface Ends {
  from: Box;
  to: Box;
  /** Boxes that the line should not cross. */
  around: readonly Box[];
  /** To the right of the direct line, so that there and back are two lines. */
  shift: number;
}

const bows = [0, 70, -70, 140, -140, 210, -210];

/** A line from the edge of one box to that of another; bowed when something is in its way. */
export function route({ from, to, around, shift }: Ends): Route {
  const [a, b] = [centreOf(from), centreOf(to)];
  const side = perpendicular(a, b);
  const [start, goal] = [moved(a, side, shift), moved(b, side, shift)];
  const found = bows
    .map((bow) => curve(start, goal, moved(middle(start, goal), side, bow)))
    .find((each) => isFree(each, around));
  const points = trimmed(found ?? curve(start, goal, middle(start, goal)), from, to);
  const path = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
  return { path, end: points.at(-1) ?? goal };
}

const centreOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const moved = ({ x, y }: Point, side: Point, by: number): Point => ({ x: x + side.x * by, y: y + side.y * by });

/** Of length 1. */
function perpendicular(a: Point, b: Point): Point {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  return { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
}

const samples = 60;

/** A quadratic curve as points: clipped and tested more easily than its formula. */
function curve(a: Point, b: Point, control: Point): Point[] {
  return Array.from({ length: samples + 1 }, (_, index) => {
    const t = index / samples;
    const [p, q, r] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    return { x: p * a.x + q * control.x + r * b.x, y: p * a.y + q * control.y + r * b.y };
  });
}

const clearance = 5;

const isInside = ({ x, y }: Point, box: Box, margin: number) =>
  x > box.x - margin && x < box.x + box.width + margin && y > box.y - margin && y < box.y + box.height + margin;

const isFree = (points: readonly Point[], around: readonly Box[]) =>
  !points.some((point) => around.some((box) => isInside(point, box, clearance)));

/** Without what lies inside of the two boxes; the tip of an arrow needs some room. */
function trimmed(points: readonly Point[], from: Box, to: Box): Point[] {
  const outside = points.filter((point) => !isInside(point, from, 2) && !isInside(point, to, 9));
  return outside.length < 2 ? points.slice(0, 2) : outside;
}

const round = (value: number) => Math.round(value * 10) / 10;

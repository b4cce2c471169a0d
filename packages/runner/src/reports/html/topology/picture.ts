import { markup, type Markup, type Part } from '../../markup.ts';
import type { RunReport } from '../../report.ts';
import { stagesOf, type Flow, type Seen, type Stage } from './flows.ts';
import { narrow, wide, type Layout, type PlacedAccount, type PlacedPlace } from './layout.ts';
import { route } from './route.ts';

/** Two arrangements of the same picture; the style sheet shows the one that fits. */
export function pictures(report: RunReport): Markup {
  const stages = stagesOf(report);
  return markup`${picture(wide(report.accounts), stages, 'wide')}${picture(narrow(report.accounts), stages, 'narrow')}`;
}

function picture(layout: Layout, stages: readonly Stage[], name: string): Markup {
  const { width, height, accounts, places } = layout;
  const id = (part: string) => `topology-${name}-${part}`;
  return markup`<svg class="picture ${name}" viewBox="0 0 ${width} ${height}" style="max-width:${Math.round(width * 1.15)}px" role="img" aria-labelledby="${id('title')} ${id('desc')}">
<title id="${id('title')}">Accounts, clusters and the connections between them</title>
<desc id="${id('desc')}">${accounts.map(describe)} ${stages.map(describeStage)}</desc>
<defs>${(['allowed', 'untested'] as const).map((seen) => arrowhead(seen, id(seen)))}</defs>
${accounts.map(accountBox)}
${stages.map((stage, index) => markup`<g class="stage-${index}">${stage.flows.map((flow) => arrow(flow, { stage, layout, id }))}</g>\n`)}
${accounts.map(accountTitle)}${places.map(node)}
${stages.map((stage, index) => markup`<g class="stage-${index}">${places.map((place) => inside(place, stage, id))}</g>\n`)}
</svg>
`;
}

const describe = ({ account: { name, id, network, places } }: PlacedAccount) =>
  `${name} ${id}, network ${network.name} ${network.cidr}: ${places.map((place) => place.name).join(', ')}. `;

function describeStage({ title, flows }: Stage): string {
  const told = flows.map(({ from, to, seen }) => `${from} to ${to} ${seen}`);
  return `${title}: ${told.join(', ')}. `;
}

const arrowhead = (seen: Seen, id: string) =>
  markup`<marker id="${id}" viewBox="0 0 10 10" refX="7" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="tip ${seen}" d="M0 0L10 5L0 10z"/></marker>`;

const accountBox = ({ x, y, width, height }: PlacedAccount): Markup =>
  markup`<rect class="account" x="${x}" y="${y}" width="${width}" height="${height}" rx="14"/>\n`;

/** Over the flows, that may have to pass through it. */
function accountTitle({ account: { name, id, network }, title, ...box }: PlacedAccount): Markup {
  const [left, right] = [box.x + 18, box.x + box.width - 18];
  const y = title === 'above' ? box.y + 26 : box.y + box.height - 33;
  // A subscription is a UUID, longer than a narrow box.
  const shortId = clipped(id, 14);
  const [beside, below] =
    box.width > 400
      ? [joined(network.name, network.cidr), id]
      : box.width < 300
        ? ['', joined(shortId, network.cidr)]
        : [shortId, joined(clipped(network.name, network.cidr === '' ? 44 : 28), network.cidr)];
  return markup`<text class="account-name" x="${left}" y="${y}">${name}</text>
<text class="network" x="${right}" y="${y}" text-anchor="end">${beside}</text><text class="network" x="${left}" y="${y + 17}">${below}</text>
`;
}

const joined = (...parts: readonly string[]) => parts.filter((part) => part !== '').join(' · ');

/** The end tells clusters apart. */
const clipped = (text: string, most: number) => (text.length > most ? `…${text.slice(1 - most)}` : text);

function node({ place, x, y, width, height }: PlacedPlace): Markup {
  const { name, kind, cluster } = place;
  return markup`<g><rect class="node" x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/>
<text class="node-name" x="${x + 14}" y="${y + 25}">${name}</text>
${kind !== name && width > 150 && markup`<text class="node-kind" x="${x + width - 14}" y="${y + 24}" text-anchor="end">${kind}</text>`}
<text class="node-cluster" x="${x + 14}" y="${y + 42}">${clipped(cluster, Math.floor((width - 22) / 6.7))}</text>
${chips({ x, y, width, height }).map(
  (chip, index) =>
    markup`<rect class="chip" x="${chip.x}" y="${chip.y}" width="${chip.width}" height="${chip.height}" rx="${chip.height / 2}"/><text class="chip-text" x="${chip.x + chip.width / 2}" y="${chip.y + 15.5}" text-anchor="middle">${index === 0 ? 'shell' : 'echo'}</text>`,
)}</g>
`;
}

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The caller on the left, the target on the right. */
function chips({ x, y, width, height }: Rectangle): [Rectangle, Rectangle] {
  const chip = { y: y + height - 34, width: width > 150 ? 58 : 42, height: 22 };
  return [
    { ...chip, x: x + 14 },
    { ...chip, x: x + width - 14 - chip.width },
  ];
}

/** A place that calls itself: from its shell to its echo. */
function inside(box: PlacedPlace, { flows }: Stage, id: (part: string) => string): Part {
  const own = flows.find(({ from, to }) => from === box.place.name && to === from);
  if (!own) return undefined;
  const [caller, target] = chips(box);
  const y = caller.y + caller.height / 2;
  const [from, to] = [caller.x + caller.width + 3, target.x - 9];
  return line(own.seen, { path: `M${from} ${y}L${to} ${y}`, end: { x: to, y } }, id);
}

interface Drawing {
  stage: Stage;
  layout: Layout;
  id: (part: string) => string;
}

function arrow({ from, to, seen }: Flow, { stage, layout, id }: Drawing): Part {
  const [source, target] = [from, to].map((name) => layout.places.find(({ place }) => place.name === name));
  if (!source || !target || source === target) return undefined;
  const isBothWays = stage.flows.some((other) => other.from === to && other.to === from);
  const around = layout.places.filter((place) => place !== source && place !== target);
  return line(seen, route({ from: source, to: target, around, shift: isBothWays ? 7 : 0 }), id);
}

/** Shapes differ as colours do: a refused connection ends at a sign, not in a tip. */
function line(seen: Seen, { path, end }: ReturnType<typeof route>, id: (part: string) => string): Markup {
  if (seen === 'denied' || seen === 'failed') return markup`<path class="flow ${seen}" d="${path}"/>${sign(seen, end)}`;
  return markup`<path class="flow ${seen}" d="${path}" marker-end="url(#${id(seen)})"/>`;
}

function sign(seen: Seen, { x, y }: { x: number; y: number }): Markup {
  const stroke =
    seen === 'denied'
      ? `M${x - 3.6} ${y - 3.6}L${x + 3.6} ${y + 3.6}`
      : `M${x} ${y - 4}V${y + 1}M${x} ${y + 3.4}V${y + 4}`;
  return markup`<circle class="sign ${seen}" cx="${x}" cy="${y}" r="7.5"/><path class="sign-mark" d="${stroke}"/>`;
}

/** One line of ztunnel's access log, written when a connection ends or is refused. Field names are ztunnel's own. */
export interface AccessRecord {
  /** The line itself: its time has microseconds and its addresses have ports, so that no two are equal. */
  line: string;
  direction: 'inbound' | 'outbound';
  sourceIdentity: string | undefined;
  destinationIdentity: string | undefined;
  destinationWorkload: string | undefined;
  /** The next hop. */
  destinationAddress: string | undefined;
  /** What the tunnel was asked for. */
  hboneAddress: string | undefined;
  error: string | undefined;
}

const field = /([\w.]+)=("(?:[^"\\]|\\.)*"|\S+)/g;

/** `time TAB level TAB scope TAB message TAB fields`; undefined for lines of other kinds. */
export function parseAccessLine(line: string): AccessRecord | undefined {
  const [, , scope, , fields] = line.split('\t');
  if (scope !== 'access' || fields === undefined) return undefined;
  const values = new Map([...fields.matchAll(field)].map(([, name, value = '']) => [name, unquoted(value)]));
  const direction = values.get('direction');
  if (direction !== 'inbound' && direction !== 'outbound') return undefined;
  return {
    line,
    direction,
    sourceIdentity: values.get('src.identity'),
    destinationIdentity: values.get('dst.identity'),
    destinationWorkload: values.get('dst.workload'),
    destinationAddress: values.get('dst.addr'),
    hboneAddress: values.get('dst.hbone_addr'),
    error: values.get('error'),
  };
}

const unquoted = (value: string) => (value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value);

/** Why a policy refused, in ztunnel's words; undefined when the connection ended for another reason. */
export function refusalOf({ error }: AccessRecord): string | undefined {
  return /(explicitly denied by: \S+|allow policies exist, but none allowed)/.exec(error ?? '')?.[1];
}

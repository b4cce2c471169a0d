const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** `1`, `500m`, `128Mi`, `1e3` in units; NaN for what is no quantity. */
function unitsOf(quantity: string | number): number {
  const text = String(quantity);
  const [, number = '', suffix = ''] = /^([+-]?[0-9.]+(?:[eE][+-]?\d+)?)([numkMGTPE]?i?)$/.exec(text) ?? [];
  return number === '' ? Number.NaN : Number(number) * (factors[suffix] ?? Number.NaN);
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export const compareQuantities = (a: string | number, b: string | number): number => unitsOf(a) - unitsOf(b);

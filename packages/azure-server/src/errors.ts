/** An error as the Resource Manager answers it: `{error: {code, message}}`. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ArmError';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const invalid = (code: string, message: string): ArmError => new ArmError(400, code, message);
export const missing = (code: string, message: string): ArmError => new ArmError(404, code, message);
export const conflict = (code: string, message: string): ArmError => new ArmError(409, code, message);

/** What the real service would do and this one can't: never an empty success. */
export const notModelled = (what: string): ArmError =>
  invalid('NotSupportedBySandbox', `The sandbox does not model ${what}.`);

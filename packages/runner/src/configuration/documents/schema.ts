import { sections, settings, type Rule, type Setting } from '../settings/index.ts';

type Schema = Record<string, unknown>;

/** JSON Schema of the YAML file, for editors and for other programs. */
export function configurationSchema(): Schema {
  const root = section('Configuration of meshbed', 'What a user may choose. Everything has a default or is optional.');
  for (const setting of settings) {
    const names = setting.path.split('.');
    const last = names.pop() ?? '';
    let at = root;
    for (const [index, name] of names.entries()) {
      const path = names.slice(0, index + 1).join('.');
      at = (properties(at)[name] ??= section(undefined, sections[path] ?? '')) as Schema;
    }
    properties(at)[last] = schemaOf(setting);
  }
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...root };
}

const properties = (schema: Schema) => schema['properties'] as Schema;

/** An empty section is as good as none. */
function section(title: string | undefined, description: string): Schema {
  const type = title === undefined ? ['object', 'null'] : 'object';
  return { ...(title === undefined ? {} : { title }), description, type, additionalProperties: false, properties: {} };
}

function schemaOf({ about, rule, fallback }: Setting): Schema {
  return { description: about, ...typeOf(rule), ...(fallback === undefined ? {} : { default: fallback }) };
}

function typeOf(rule: Rule): Schema {
  switch (rule.type) {
    case 'text': {
      const patterns = rule.must.map(({ match }) => ({ pattern: match.source }));
      const [only, ...more] = patterns;
      const type = rule.digits ? ['string', 'integer'] : 'string';
      return { type, ...(more.length === 0 ? only : { allOf: patterns }), examples: [rule.example] };
    }
    case 'integer':
      return { type: 'integer', minimum: rule.minimum, maximum: rule.maximum };
    case 'secret':
      return { type: 'string', minLength: 1, writeOnly: true, examples: ['env:GLOO_MESH_LICENSE_KEY', 'file:licence'] };
    case 'images':
      return { type: 'object', additionalProperties: { anyOf: meanings } };
  }
}

const command = { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } };

const meanings = [
  { description: 'another image', type: 'string', minLength: 1 },
  { description: 'a command of this machine', ...command },
  {
    description: 'a command of this machine and the variables that tell it its ports',
    type: 'object',
    required: ['command'],
    additionalProperties: false,
    properties: {
      command,
      ports: {
        type: 'object',
        propertyNames: { pattern: String.raw`^\d{1,5}$` },
        additionalProperties: { type: 'string', pattern: String.raw`^[A-Za-z_]\w*$` },
      },
    },
  },
];

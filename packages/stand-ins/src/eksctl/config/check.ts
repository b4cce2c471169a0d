import { MeshbedError } from '@meshbed/core';
import type { Field, Fields } from './fields.ts';

type Json = Readonly<Record<string, unknown>>;

const scalars: Readonly<Record<'text' | 'number' | 'flag', string>> = {
  text: 'string',
  number: 'number',
  flag: 'boolean',
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (path: string, expected: string) =>
  new MeshbedError('user/configuration', `field "${path}" must be ${expected}`);

/** @throws MeshbedError that names the first field which isn't understood, or has a value of another type */
export function checkFields(value: Json, fields: Fields, path = ''): void {
  for (const [name, inner] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      throw new MeshbedError('user/configuration', `unknown field "${at}"`, {
        likely: "it is misspelt, or the sandbox's eksctl does not support it",
        next: `fields here: ${Object.keys(fields).join(', ')}`,
      });
    }
    if (inner !== null && inner !== undefined) checkField(inner, field, at);
  }
}

function checkField(value: unknown, field: Field, path: string): void {
  if (field === 'map') {
    if (!isObject(value)) throw wrong(path, 'an object');
  } else if (field === 'texts') {
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) throw wrong(path, 'a list of texts');
  } else if (typeof field === 'string') {
    if (typeof value !== scalars[field]) throw wrong(path, `a ${scalars[field]}`);
  } else if ('object' in field) {
    if (!isObject(value)) throw wrong(path, 'an object');
    checkFields(value, field.object, path);
  } else {
    if (!Array.isArray(value)) throw wrong(path, 'a list');
    value.forEach((item: unknown, index) => {
      if (!isObject(item)) throw wrong(`${path}[${index}]`, 'an object');
      checkFields(item, field.list, `${path}[${index}]`);
    });
  }
}

// What a questionnaire's JSON Schema says of its questions (`docs/questionnaires.md`, "What a form engine reads in a schema").

import type { NumberKind } from '@kumkm/protocol/identifiers.ts';

export interface When {
  question: string;
  of: readonly (string | boolean)[];
}

export interface Schema {
  $defs?: Record<string, Schema>;
  $ref?: string;
  anyOf?: Schema[];
  type?: string;
  format?: string;
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  /** Beyond 2^53 − 1 a `bigint`, as `parseExactly` reads it. */
  minimum?: number | bigint;
  maximum?: number | bigint;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  'x-label-id'?: string;
  'x-label-en'?: string;
  'x-help-id'?: string;
  'x-help-en'?: string;
  'x-choices'?: Record<string, Words>;
  'x-pages'?: { name: string; 'x-label-id': string; 'x-label-en': string; questions: string[] }[];
  'x-when'?: When;
  'x-shares'?: boolean;
  'x-years'?: boolean;
  'x-sealed'?: boolean;
  'x-number'?: NumberKind;
  'x-name'?: boolean;
  'x-doubt'?: boolean;
  'x-list'?: string;
  'x-reference-year'?: boolean;
  [keyword: string]: unknown;
}

export interface Words {
  id: string;
  en: string;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  ...[
    '$defs',
    '$id',
    '$ref',
    '$schema',
    'additionalProperties',
    'anyOf',
    'default',
    'description',
    'enum',
    'format',
  ],
  ...[
    'items',
    'maxItems',
    'maxLength',
    'maximum',
    'minLength',
    'minimum',
    'pattern',
    'properties',
    'required',
    'title',
    'type',
  ],
]);

/** The schema uses keywords that this app does not know: a newer form, which is not to be half checked. */
export class NewerForm extends Error {
  constructor(readonly keywords: readonly string[]) {
    super(`this form needs a newer app: ${keywords.join(', ')}`);
  }
}

/** @throws NewerForm */
export function mustBeKnown(schema: Schema): void {
  const unknown = [...schemasIn(schema)].flatMap((each) =>
    Object.keys(each).filter((key) => !key.startsWith('x-') && !KEYWORDS.has(key)),
  );
  if (unknown.length > 0) throw new NewerForm([...new Set(unknown)].sort());
}

/** The schema with everything of the one that it refers to, without the part that allows null. */
export function resolved(whole: Schema, schema: Schema): Schema {
  const told = (schema.anyOf ?? []).find((each) => each.type !== 'null');
  if (told !== undefined) return { ...schema, ...resolved(whole, told) };
  if (schema.$ref === undefined) return schema;
  return { ...schema, ...whole.$defs?.[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)] };
}

export function allowsNull(schema: Schema): boolean {
  return (schema.anyOf ?? []).some((each) => each.type === 'null');
}

function* schemasIn(schema: Schema): Generator<Schema> {
  yield schema;
  const inner = [
    ...Object.values(schema.$defs ?? {}),
    ...Object.values(schema.properties ?? {}),
    ...(schema.anyOf ?? []),
  ];
  for (const each of [...inner, ...(schema.items === undefined ? [] : [schema.items])])
    yield* schemasIn(each);
}

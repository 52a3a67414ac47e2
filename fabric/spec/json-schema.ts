import type { PlainRecord } from '../plain.ts';
import { checkPlainRecord } from './check-plain.ts';
import type { StandardSchema } from './standard-schema.ts';

/** Characters of JSON that a model's schema may take in its report. */
const maxSchemaLength = 16_384;

/**
 * What a schema takes, as JSON Schema of draft 2020-12; `undefined` where its library does not say so, cannot for this
 * schema, or says too much. @see https://standardschema.dev/json-schema
 */
export function jsonSchemaOf(schema: StandardSchema | undefined): PlainRecord | undefined {
  const converter = schema?.['~standard'].jsonSchema;
  if (typeof converter?.input !== 'function') return undefined;
  try {
    const { $schema: _dialect, ...described } = checkPlainRecord(
      converter.input({ target: 'draft-2020-12' }),
      'JSON Schema',
    );
    return JSON.stringify(described).length <= maxSchemaLength ? described : undefined;
  } catch {
    // By the contract a library throws for what it cannot express: the model is documented as `object` then.
    return undefined;
  }
}

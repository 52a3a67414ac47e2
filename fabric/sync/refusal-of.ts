import { toWire, type WireError } from '../error.ts';

const maxMessageChars = 2000;
const maxDataChars = 16_384;

/** Why an op was refused, as it is kept and told: a message of at most 2,000 characters, data only where they are 16 KiB of JSON at most. */
export function refusalOf(error: unknown): WireError {
  const { code, message, data } = toWire(error);
  const short = { code, message: message.slice(0, maxMessageChars) };
  return data === undefined || JSON.stringify(data).length > maxDataChars ? short : { ...short, data };
}

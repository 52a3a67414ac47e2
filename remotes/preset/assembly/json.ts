/*
 * Reads single values of a JSON text by their path, such as `args.0.seed`, without building a tree. The host writes
 * the text (`JSON.stringify`): it is well formed and without spaces.
 */

let text: string = '';
let place: i32 = 0;

/** The number at a path, or another one where there is none. */
export function numberAt(json: string, path: string, otherwise: f64): f64 {
  if (!find(json, path)) return otherwise;
  const from = place;
  skip();
  const found = parseFloat(text.substring(from, place));
  return isNaN(found) ? otherwise : found;
}

/** The text at a path, or another one where there is none. */
export function stringAt(json: string, path: string, otherwise: string): string {
  return find(json, path) && at() === '"' ? readString() : otherwise;
}

/** A text as JSON. */
export function quote(value: string): string {
  let json = '"';
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    if (unit === 0x22 || unit === 0x5c) json += '\\' + value.charAt(index);
    else if (unit < 0x20) json += '\\u' + unit.toString(16).padStart(4, '0');
    else json += value.charAt(index);
  }
  return json + '"';
}

/** Goes to the value at a path; false where there is none. */
function find(json: string, path: string): bool {
  text = json;
  place = 0;
  const steps = path.split('.');
  for (let index = 0; index < steps.length; index++) if (!enter(steps[index])) return false;
  return true;
}

/** Goes from a record or a list to one of its values. */
function enter(key: string): bool {
  const isRecord = at() === '{';
  if (!isRecord && at() !== '[') return false;
  place++;
  for (let index = 0; at() !== '}' && at() !== ']'; index++) {
    const found = isRecord ? readKey() : index.toString();
    if (found === key) return true;
    skip();
    if (at() === ',') place++;
  }
  return false;
}

function at(): string {
  return text.charAt(place);
}

function readKey(): string {
  const key = readString();
  place++;
  return key;
}

function readString(): string {
  const from = place + 1;
  skipString();
  const raw = text.substring(from, place - 1);
  return raw.includes('\\') ? unescaped(raw) : raw;
}

function unescaped(raw: string): string {
  let plain = '';
  for (let index = 0; index < raw.length; index++) {
    if (raw.charAt(index) !== '\\') {
      plain += raw.charAt(index);
      continue;
    }
    const mark = raw.charAt(++index);
    if (mark === 'u') {
      plain += String.fromCharCode(<i32>parseInt(raw.substr(index + 1, 4), 16));
      index += 4;
    } else
      plain +=
        mark === 'n'
          ? '\n'
          : mark === 't'
            ? '\t'
            : mark === 'r'
              ? '\r'
              : mark === 'b'
                ? '\b'
                : mark === 'f'
                  ? '\f'
                  : mark;
  }
  return plain;
}

/** Goes behind a value. */
function skip(): void {
  let depth = 0;
  do {
    const mark = at();
    if (mark === '"') skipString();
    else place++;
    if (mark === '{' || mark === '[') depth++;
    if (mark === '}' || mark === ']') depth--;
    if (depth === 0) while (place < text.length && !isEnd(text.charCodeAt(place))) place++;
  } while (depth > 0 && place < text.length);
}

function skipString(): void {
  place++;
  while (place < text.length && at() !== '"') place += at() === '\\' ? 2 : 1;
  place++;
}

/** `,` `]` `}` */
function isEnd(unit: i32): bool {
  return unit === 0x2c || unit === 0x5d || unit === 0x7d;
}

const FIRST_MOVED = 0xd800;
const FIRST_SUPPLEMENTARY = 0x10000;

/**
 * A key as SQLite stores it, such that its byte order is the key's UTF-16 code unit order. Code units below U+D800
 * stay as they are; each one above (also a lone surrogate) becomes a code point of its own above U+FFFF.
 * @see https://sqlite.org/datatype3.html, section 7: BINARY compares UTF-8 bytes, which order by code point
 */
export function encodeKey(key: string): string {
  return key.replace(/[\ud800-\uffff]/g, (unit) =>
    String.fromCodePoint(FIRST_SUPPLEMENTARY + unit.charCodeAt(0) - FIRST_MOVED),
  );
}

/** The key that `encodeKey` was given. */
export function decodeKey(stored: string): string {
  return stored.replace(/[\u{10000}-\u{127ff}]/gu, (point) =>
    String.fromCharCode(FIRST_MOVED + (point.codePointAt(0) ?? 0) - FIRST_SUPPLEMENTARY),
  );
}

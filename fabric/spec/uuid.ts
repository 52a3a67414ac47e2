/** A random UUID (version 4). @param random gives strong random bytes @see RFC 9562, section 5.4 */
export function uuid(random: (length: number) => Uint8Array): string {
  const bytes = random(16);
  let hex = '';
  bytes.forEach((byte, index) => {
    let value = byte;
    if (index === 6) value = (byte & 0x0f) | 0x40;
    if (index === 8) value = (byte & 0x3f) | 0x80;
    hex += value.toString(16).padStart(2, '0');
  });
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

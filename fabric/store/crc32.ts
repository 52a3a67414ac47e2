const POLYNOMIAL = 0xedb88320;
const ASCII = 0x7f;
/** Stands before a code unit that is written as two bytes; no other byte of a text is above `ASCII`. */
const WIDE = 0xff;

function afterEightBits(before: number): number {
  let sum = before;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  return sum;
}

/** What a byte does to a sum when it is followed by 0, 1, 2 or 3 others: `tables[256 * others + byte]`. */
const tables = new Int32Array(1024);
for (let at = 0; at < 1024; at += 1) tables[at] = afterEightBits(at < 256 ? at : (tables[at - 256] as number));

const next = (sum: number, byte: number): number => (sum >>> 8) ^ (tables[(sum ^ byte) & 0xff] as number);

/**
 * The CRC-32 of a text: finds every change of up to 32 bits in a row, and misses one in 4,000 million of the others.
 * ASCII is one byte each and has zlib's sum; any other UTF-16 code unit is three.
 * @param before the sum of what comes before the text
 * @see ISO 3309, section 8.1.1.6.2
 */
export function crc32(text: string, before: number = 0): number {
  let sum = ~before;
  for (let at = 0; at < text.length; at += 1) {
    // In one function: at a start there is no time to compile parts of it into one another.
    for (; at + 4 <= text.length; at += 4) {
      const first = text.charCodeAt(at);
      const second = text.charCodeAt(at + 1);
      const third = text.charCodeAt(at + 2);
      const fourth = text.charCodeAt(at + 3);
      if ((first | second | third | fourth) > ASCII) break;
      const low =
        (tables[768 + ((sum ^ first) & 0xff)] as number) ^ (tables[512 + (((sum >>> 8) ^ second) & 0xff)] as number);
      sum = low ^ (tables[256 + (((sum >>> 16) ^ third) & 0xff)] as number) ^ (tables[(sum >>> 24) ^ fourth] as number);
    }
    if (at === text.length) break;
    const unit = text.charCodeAt(at);
    sum = unit > ASCII ? next(next(next(sum, WIDE), unit >>> 8), unit) : next(sum, unit);
  }
  return ~sum >>> 0;
}

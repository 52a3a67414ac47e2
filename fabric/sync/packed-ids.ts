/** Sorts as what it stands for does: two characters for three hexadecimal digits. */
const alphabet = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An object's id in fewer characters: a UUID in 22 instead of 36, any other one behind a `=`. */
export function packId(id: string): string {
  if (!uuid.test(id)) return `=${id}`;
  return `${id.replace(/-/g, '')}0`.replace(/.../g, (digits) => {
    const number = Number.parseInt(digits, 16);
    return alphabet.charAt(number >> 6) + alphabet.charAt(number & 63);
  });
}

/** The id of a word that `packId` made. */
export function unpackId(word: string): string {
  if (word.startsWith('=')) return word.slice(1);
  const digits = word.replace(/../g, ([high = '', low = '']) =>
    (alphabet.indexOf(high) * 64 + alphabet.indexOf(low)).toString(16).padStart(3, '0'),
  );
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).$/, '$1-$2-$3-$4-$5');
}

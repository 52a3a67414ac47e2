/** One shape of a picture, drawn in order: the product's own colour, a shade on it, a light on it, or a dark line. */
export interface PictureShape {
  readonly tone: 'body' | 'shade' | 'light' | 'line';
  readonly path: string;
}

const disc = (x: number, y: number, radius: number): string =>
  `M${x - radius} ${y} a${radius} ${radius} 0 1 0 ${2 * radius} 0 a${radius} ${radius} 0 1 0 ${-2 * radius} 0 Z`;

/** By the first word of a stock-keeping unit; each in a square of 120 by 120, standing on a ground at 104. */
const pictures: { readonly [word: string]: readonly PictureShape[] } = {
  lamp: [
    { tone: 'line', path: 'M60 56 V98' },
    { tone: 'body', path: 'M44 18 H76 L92 58 H28 Z' },
    { tone: 'light', path: 'M44 18 H54 L46 58 H28 Z' },
    { tone: 'body', path: 'M36 97 H84 Q87 97 87 104 H33 Q33 97 36 97 Z' },
  ],
  kettle: [
    { tone: 'line', path: 'M40 42 Q60 6 80 42' },
    { tone: 'line', path: 'M84 88 Q104 84 98 58 Q96 46 108 42' },
    { tone: 'body', path: 'M40 44 H80 Q90 76 92 104 H28 Q30 76 40 44 Z' },
    { tone: 'light', path: 'M40 44 H48 Q40 76 38 104 H28 Q30 76 40 44 Z' },
    { tone: 'body', path: 'M44 38 H76 V45 H44 Z M55 30 H65 V39 H55 Z' },
    { tone: 'shade', path: 'M38 44 H82 L83 48 H37 Z' },
  ],
  blanket: [
    { tone: 'body', path: 'M20 72 H100 Q106 72 106 80 V96 Q106 104 98 104 H22 Q14 104 14 96 V80 Q14 72 20 72 Z' },
    { tone: 'body', path: 'M24 44 H96 Q102 44 102 52 V66 Q102 72 96 72 H24 Q18 72 18 66 V52 Q18 44 24 44 Z' },
    {
      tone: 'shade',
      path: 'M18 66 H102 Q102 72 96 72 H24 Q18 72 18 66 Z M14 96 H106 Q106 104 98 104 H22 Q14 104 14 96 Z',
    },
    { tone: 'light', path: 'M32 44 H38 V66 H32 Z M42 44 H45 V66 H42 Z M32 72 H38 V96 H32 Z M42 72 H45 V96 H42 Z' },
  ],
  mug: [
    { tone: 'line', path: 'M56 60 Q72 58 70 72 Q68 86 54 84' },
    { tone: 'body', path: 'M18 48 H58 V92 Q58 104 46 104 H30 Q18 104 18 92 Z' },
    { tone: 'line', path: 'M98 70 Q112 68 110 80 Q108 92 96 90' },
    { tone: 'body', path: 'M62 60 H100 V94 Q100 104 90 104 H72 Q62 104 62 94 Z' },
    { tone: 'light', path: 'M18 48 H26 V102 Q18 100 18 92 Z M62 60 H69 V103 Q62 102 62 94 Z' },
    { tone: 'shade', path: 'M18 48 H58 V54 H18 Z M62 60 H100 V65 H62 Z' },
  ],
  chair: [
    { tone: 'line', path: 'M34 92 L28 106 M86 92 L92 106' },
    { tone: 'body', path: 'M36 20 Q60 12 84 20 Q90 22 90 30 V94 H30 V30 Q30 22 36 20 Z' },
    { tone: 'shade', path: 'M30 66 H90 V94 H30 Z' },
    {
      tone: 'body',
      path: 'M18 54 Q30 50 32 62 V94 H22 Q14 94 14 86 V60 Q14 55 18 54 Z M102 54 Q90 50 88 62 V94 H98 Q106 94 106 86 V60 Q106 55 102 54 Z',
    },
    { tone: 'light', path: 'M38 26 Q44 23 48 22 V60 H38 Z' },
  ],
  clock: [
    { tone: 'body', path: disc(60, 60, 44) },
    { tone: 'light', path: disc(60, 60, 34) },
    { tone: 'line', path: 'M60 60 V36 M60 60 L76 70' },
    {
      tone: 'shade',
      path: `${disc(60, 31, 2)} ${disc(60, 89, 2)} ${disc(31, 60, 2)} ${disc(89, 60, 2)} ${disc(60, 60, 4)}`,
    },
  ],
  board: [
    {
      tone: 'body',
      path: 'M52 14 H68 Q72 14 72 18 V34 H84 Q92 34 92 42 V96 Q92 104 84 104 H36 Q28 104 28 96 V42 Q28 34 36 34 H48 V18 Q48 14 52 14 Z',
    },
    { tone: 'shade', path: 'M44 34 H48 V104 H44 Z M62 34 H65 V104 H62 Z M78 34 H82 V104 H78 Z' },
    { tone: 'light', path: disc(60, 24, 4) },
  ],
  notebook: [
    { tone: 'light', path: 'M36 22 H92 Q96 22 96 26 V104 H36 Z' },
    { tone: 'body', path: 'M24 16 H84 Q90 16 90 22 V98 Q90 104 84 104 H24 Q22 104 22 102 V18 Q22 16 24 16 Z' },
    { tone: 'shade', path: 'M24 16 H36 V104 H24 Q22 104 22 102 V18 Q22 16 24 16 Z' },
    { tone: 'line', path: 'M76 16 V104' },
    { tone: 'light', path: 'M46 36 H66 V50 H46 Z' },
  ],
};

/** A shield, for everything that nobody has drawn. */
const shield: readonly PictureShape[] = [
  { tone: 'body', path: 'M32 12 H88 Q94 12 94 18 V70 Q94 94 60 108 Q26 94 26 70 V18 Q26 12 32 12 Z' },
  { tone: 'light', path: 'M57 12 H63 V107 L60 108 L57 107 Z M26 53 H94 V59 H26 Z' },
  { tone: 'shade', path: disc(60, 56, 13) },
  { tone: 'light', path: disc(60, 56, 6) },
];

/** The picture of a product, by its stock-keeping unit. */
export function pictureOf(sku: string): readonly PictureShape[] {
  const [word = ''] = sku.toLowerCase().split('-');
  return Object.prototype.hasOwnProperty.call(pictures, word) ? (pictures[word] ?? shield) : shield;
}

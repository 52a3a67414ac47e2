/** A section of the help page. A paragraph is text; a list is a term with what it means. */
export interface HelpSection {
  readonly id: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly terms?: readonly HelpTerm[];
}

export interface HelpTerm {
  readonly term: string;
  readonly meaning: string;
  /** how the term is drawn: as a chip in one of the design system's tones, or as a key */
  readonly look: 'warn' | 'good' | 'accent' | 'bad' | 'key';
}

/** The whole text of the page, in reading order. */
export const helpSections: readonly HelpSection[] = [
  {
    id: 'what',
    title: 'What this is',
    paragraphs: [
      'A shop, put together in your browser from parts that were built and published separately. The pages you see, and the rules that decide what an order is, come from different addresses. Each part is checked, byte for byte, before it runs.',
      'The rules run here, on your device, and again on the server: the very same build. The front page shows the two side by side.',
    ],
  },
  {
    id: 'offline',
    title: 'When the network goes',
    paragraphs: [
      'Go on working. Every change is first written to this device. Only when it is safely there are you told so. You can reload the page, close the browser and open it again: your orders are there.',
      'When the network is back, your changes are sent by themselves, each exactly once. An order that was placed offline goes its way once, after it has been sent.',
      'If somebody else changed the same order meanwhile, both changes are kept where they touch different fields. Where they touch the same field, the rules of the order decide, and every device ends up with the same result.',
    ],
  },
  {
    id: 'chips',
    title: 'What the small words mean',
    paragraphs: [],
    terms: [
      {
        term: 'saved here',
        look: 'warn',
        meaning: 'The order is durable on this device. The server has not confirmed it yet.',
      },
      {
        term: 'synced',
        look: 'good',
        meaning: 'The server has accepted it. Your other devices have it, or get it now.',
      },
      {
        term: 'to be picked',
        look: 'accent',
        meaning: 'The warehouse is asked next. Offline, this waits; nothing is lost and nothing is asked twice.',
      },
      {
        term: 'picked',
        look: 'accent',
        meaning: 'The warehouse has taken it from the shelf. Then it is shipped, delivered, signed for and paid.',
      },
      { term: 'complete', look: 'good', meaning: 'It is with you, and paid. Only its note can still be changed.' },
      {
        term: 'being undone',
        look: 'warn',
        meaning: 'A partner failed, or the order was canceled: what was done is taken back, the last first.',
      },
      {
        term: 'refused',
        look: 'bad',
        meaning: 'The server did not accept a change. The reason is shown above your orders until you have read it.',
      },
    ],
  },
  {
    id: 'updates',
    title: 'When a new version comes',
    paragraphs: [
      'Parts of this page are replaced while you use it. You are told, and you get the new one when you next change pages. The page never reloads under your hands, and what you have typed stays.',
      'If a new version cannot be verified, it is not used. You keep the one that works.',
    ],
  },
  {
    id: 'keyboard',
    title: 'With the keyboard or a remote control',
    paragraphs: ['Everything can be reached without a pointer. The frame shows where you are.'],
    terms: [
      { term: '← ↑ ↓ →', look: 'key', meaning: 'Go to what lies in that direction, as on a remote control.' },
      { term: 'Tab', look: 'key', meaning: 'Goes to the next control; with Shift to the one before.' },
      { term: 'Enter', look: 'key', meaning: 'Presses a button, follows a link, makes a choice, sends a form.' },
      { term: 'Space', look: 'key', meaning: 'Presses the button that has the frame.' },
      { term: 'Alt + ←', look: 'key', meaning: 'Goes back. On a remote control that is the Back key.' },
    ],
  },
  {
    id: 'trouble',
    title: 'If something goes wrong',
    paragraphs: [
      'A part that fails leaves a card in its own place, with a code and a button to try again. The rest goes on. Quote the code when you ask for help: it says which part failed, and why.',
    ],
  },
];

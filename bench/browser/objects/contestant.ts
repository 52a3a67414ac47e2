/** How many objects are pulled, and how many of them are edited offline. */
export const OBJECTS = 10_000;
export const EDITS = 500;
/** objects of a page of the feed, at everybody */
export const PAGE = 500;
/** what is asked for first: a screen of objects in id order, or all that have one value in a field */
export type Question = 'screen' | 'shelf';
export const SCREEN = 50;
export const SHELF = 'C7';

/** One way to keep objects in a browser. */
export interface Contestant {
  /** Fetches everything into an empty database. */
  pull(): Promise<void>;
  /** What is done once after the first pull, before edits, and is not measured. */
  settle(): Promise<void>;
  /** Changes `EDITS` objects one after another, with nobody in reach. */
  edit(): Promise<void>;
  /** Sends what was edited and takes in that it was accepted. @returns how many objects the other side got */
  flush(): Promise<number>;
  ask(question: Question): Promise<readonly unknown[]>;
}

/** What the driver finds in a page; each step in ms. */
export interface ObjectsPage {
  step(name: 'pull' | 'settle' | 'edit' | 'flush'): Promise<number>;
  /** ms from the beginning of the navigation to the answer, when the page's address asks for one */
  readonly answered: Promise<number> | null;
}

const answers: { readonly [question in Question]: number } = { screen: SCREEN, shelf: OBJECTS / 40 };

function expectCount(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${what}: ${found} objects, not ${expected}`);
}

async function answer(contestant: Contestant, question: Question): Promise<number> {
  const found = await contestant.ask(question);
  const ms = performance.now();
  expectCount(question, found.length, answers[question]);
  return ms;
}

/** Offers a contestant to the driver; `?db=` names its database, `?ask=` is the question that it answers first. */
export function offer(open: (database: string, parameters: URLSearchParams) => Promise<Contestant>): void {
  const parameters = new URLSearchParams(location.search);
  const opened = open(parameters.get('db') ?? 'bench', parameters);
  const question = parameters.get('ask') as Question | null;
  const page: ObjectsPage = {
    answered: question && opened.then((contestant) => answer(contestant, question)),
    async step(name) {
      const contestant = await opened;
      const startMs = performance.now();
      const sent = await contestant[name]();
      const tookMs = performance.now() - startMs;
      if (name === 'flush') expectCount('flush', sent ?? 0, EDITS);
      if (name === 'pull') expectCount('pull', (await contestant.ask('shelf')).length, answers.shelf);
      return tookMs;
    },
  };
  (globalThis as { benchPage?: ObjectsPage }).benchPage = page;
}

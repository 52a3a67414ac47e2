/** What is known outside of the database of what was kept here. */
export interface KeptMark {
  /** the node whose database it was */
  readonly node: string;
  /** changes that were not sent when it was written */
  readonly unsent: number;
}

/** Where marks of one user are kept besides its database; a browser that removes the one may leave the other. */
export interface MarkPlaces {
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** `document`, for its cookies */
  readonly page: { cookie: string };
  readonly user: string;
  readonly isSecure: boolean;
}

/** A mark that outlives the database, as far as this browser lets it. */
export interface KeptMarker {
  /** the mark of the latest start, or `null` */
  read(): KeptMark | null;
  write(mark: KeptMark): void;
}

/** 400 days: browsers keep no cookie for longer. */
const cookieSeconds = 34_560_000;

/** Marks in the page's storage and in a cookie. What refuses to keep one is passed over: the mark is a help only. */
export function keptMarker({ storage, page, user, isSecure }: MarkPlaces): KeptMarker {
  const name = `testudo-kept-${encodeURIComponent(user)}`;
  const cookie = (): string => {
    const found = page.cookie.split('; ').find((each) => each.startsWith(`${name}=`));
    return found === undefined ? '' : found.slice(name.length + 1);
  };
  const read = (): KeptMark | null => markOf(passing(() => storage.getItem(name) ?? '')) ?? markOf(passing(cookie));
  const write = ({ node, unsent }: KeptMark): void => {
    const text = `${node}.${unsent}`;
    const attributes = `; path=/; max-age=${cookieSeconds}; samesite=strict${isSecure ? '; secure' : ''}`;
    passing(() => storage.setItem(name, text));
    passing(() => (page.cookie = name + '=' + text + attributes));
  };
  return { read, write };
}

function passing<T>(act: () => T): T | '' {
  try {
    return act();
  } catch {
    return ''; // refused or full: the host tells of that itself
  }
}

/** A mark is of the browser's keeping, so anybody's. */
function markOf(text: string): KeptMark | null {
  const [, node, unsent] = /^([a-z0-9-]{3,60})\.(\d{1,9})$/.exec(text) ?? [];
  return node === undefined ? null : { node, unsent: Number(unsent) };
}

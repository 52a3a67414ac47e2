import * as v from 'valibot';

/** An origin. */
export const origin = v.pipe(
  v.string(),
  v.check((text) => isOrigin(text), 'scheme://host[:port] without a path, such as https://remotes.example.org'),
);
/** Where something is asked over HTTP: every browser is told it, and its origin stands in content policies. */
export const address = v.pipe(
  v.string(),
  v.check((text) => isAddress(text), 'an absolute URL of http or https, with a plain host and without a password'),
);
/** A name as remotes, users and endpoints have one. */
export const name = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]{0,39}$/, '1 to 40 of a-z, 0-9 and -, beginning with a letter'),
);

/** A record with these keys, all of them but the optional ones, and no others. */
export const closed = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, ({ expected }) =>
    expected === 'never'
      ? `none but ${Object.keys(entries).join(', ')}`
      : `a record with ${Object.keys(entries).join(', ')}`,
  );

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isPlain = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(hostname);
  return /^https?:$/.test(protocol) && isPlain && username === '' && password === '';
}

function isOrigin(text: string): boolean {
  return isAddress(text) && new URL(text).origin === text;
}

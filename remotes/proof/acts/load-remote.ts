import type { Catalog } from '@testudo/fabric';

import { inspectBuild } from '../server-api.ts';
import type { InspectedBuild } from '../server-api.ts';
import { counted } from './act.ts';
import type { Act } from './act.ts';

/** Has the server fetch a build from anywhere and hash every file, as before a deploy; nothing is deployed. */
export function loadRemote(url: string, onVerified: (build: InspectedBuild) => void): Act {
  return async ({ say, app }) => {
    say('Fetching and hashing …');
    const build = await inspectBuild(url);
    onVerified(build);
    return verifiedText(build, app.platform.locale);
  };
}

/** What was verified, in one line. */
export function verifiedText({ name, kind, build, origin, files, bytes }: InspectedBuild, locale: string): string {
  const size = `${counted(files, 'file')}, ${bytes.toLocaleString(locale)} bytes, each as its digest says`;
  const next = kind === 'ui' ? '' : ` It is of kind ${kind}: it has no page to open.`;
  return `Verified: ${size}. ${name} ${build} from ${origin}.${next}`;
}

/** Where this tab shows a build in place of the catalogue's; `null` for what has no page. */
export function addressOfBuild({ name, kind }: InspectedBuild, url: string, catalog: Catalog): string | null {
  if (kind !== 'ui') return null;
  const route = catalog.remotes.find((remote) => remote.name === name)?.route;
  return `/${route?.segment ?? name}?${new URLSearchParams({ remote: `${name}@${url}` }).toString()}`;
}

import { useState } from 'react';
import type { MouseEvent } from 'react';

import { ActCard } from './act-card.tsx';
import type { ActContext } from './acts/act.ts';
import { addressOfBuild, loadRemote } from './acts/load-remote.ts';
import { evidence } from './evidence.ts';

interface LoadCardProps {
  readonly context: Omit<ActContext, 'say'>;
  /** a build that the catalogue does not name */
  readonly sample: string;
}

/** Loads a build from a URL that the user gives: verified first, then in this tab in place of the catalogue's. */
export function LoadCard({ context, sample }: LoadCardProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [address, setAddress] = useState<string | null>(null);
  const url = typed ?? sample;
  const act = loadRemote(url, (build) => setAddress(addressOfBuild(build, url, context.app.shell.catalog())));
  return (
    <ActCard
      context={context}
      title="Load a part by its URL"
      text="Any build, from any address that this server allows. Here is one of the shop that nobody has deployed. Spoil the address, and see it refused."
      evidence={evidence.load}
      buttons={[{ name: 'load', label: 'Fetch and verify', act }]}
      after={address !== null && <OpenLink address={address} />}
    >
      <input
        className="t-input"
        type="url"
        aria-label="URL of a remote.json"
        data-testid="load-url"
        value={url}
        onChange={({ target }) => {
          setTyped(target.value);
          setAddress(null);
        }}
      />
    </ActCard>
  );
}

/** The shell reads what to run in place of the catalogue's when the page is loaded. */
function OpenLink({ address }: { readonly address: string }) {
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    location.assign(address);
  };
  return (
    <a href={address} className="t-button t-button--small" data-testid="open-loaded" onClick={open}>
      Open it in this tab
    </a>
  );
}

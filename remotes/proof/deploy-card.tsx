import { useState } from 'react';

import { ActCard } from './act-card.tsx';
import type { ActContext } from './acts/act.ts';
import { deployBuild } from './acts/deploy-build.ts';
import type { Deployable } from './acts/deploy-build.ts';
import { evidence } from './evidence.ts';

const choices: readonly { readonly remote: Deployable; readonly label: string }[] = [
  { remote: 'order', label: 'the order’s rules' },
  { remote: 'store', label: 'the shop’s pages' },
];

/** Deploys a changed build of the order or of the shop while everything runs, and rolls it back. */
export function DeployCard({ context }: { readonly context: Omit<ActContext, 'say'> }) {
  const [remote, setRemote] = useState<Deployable>('order');
  return (
    <ActCard
      context={context}
      title="Deploy a changed build"
      text="Puts new code in force while everything runs. What you typed stays, the server’s process stays, no connection is dropped."
      evidence={evidence.deploy}
      buttons={[
        { name: 'deploy', label: 'Deploy', act: deployBuild(remote, 'deploy') },
        { name: 'rollback', label: 'Roll back', act: deployBuild(remote, 'rollback') },
      ]}
    >
      <fieldset className="proof-choice">
        <legend className="t-visually-hidden">What to deploy</legend>
        {choices.map((choice) => (
          <label key={choice.remote}>
            <input
              type="radio"
              name="proof-remote"
              value={choice.remote}
              checked={choice.remote === remote}
              onChange={() => setRemote(choice.remote)}
            />
            {choice.label}
          </label>
        ))}
      </fieldset>
    </ActCard>
  );
}

import type { compareSeals } from './build-seal.ts';

const words = {
  same: 'same bytes, verified',
  different: 'other bytes',
  unknown: 'not compared yet',
} as const;

/** What joins two panes: whether both hosts ran the same bytes. */
export function Joint({ relation }: { readonly relation: ReturnType<typeof compareSeals> }) {
  return (
    <p className="proof-joint" data-relation={relation}>
      <span className="proof-joint__clasp" aria-hidden="true">
        {relation === 'same' ? '=' : relation === 'different' ? '≠' : '·'}
      </span>
      <span className="proof-joint__words">{words[relation]}</span>
    </p>
  );
}

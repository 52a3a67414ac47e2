import { addressOf } from './evidence.ts';
import type { Evidence } from './evidence.ts';

/** Where to read why an act comes out as it does: its test and its code, in tabs of their own. */
export function EvidenceLinks({ of, act }: { readonly of: Evidence; readonly act: string }) {
  return (
    <p className="proof-evidence t-small">
      <SourceLink href={addressOf(of.test)} text="The test" act={act} />
      <SourceLink href={addressOf(of.code)} text="The code" act={act} />
    </p>
  );
}

function SourceLink({ href, text, act }: { readonly href: string; readonly text: string; readonly act: string }) {
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {text}
      <span className="t-visually-hidden"> of “{act}”, in a new tab</span>
    </a>
  );
}

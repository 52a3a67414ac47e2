const PLACES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Keeps the room of the first products, so that nothing moves when they come, and says why they are not there. */
export function EmptyShelves({ text }: { readonly text: string }) {
  return (
    <div className="store-shelves">
      <p className="t-notice">{text}</p>
      <div className="store-products" aria-hidden="true">
        {PLACES.map((place) => (
          <div key={place} className="store-shelves__place" />
        ))}
      </div>
    </div>
  );
}

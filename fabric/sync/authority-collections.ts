/** The names of a partition's collections at its authority. */
export interface AuthorityCollections {
  readonly objects: string;
  readonly log: string;
  readonly ops: string;
  readonly marks: string;
  readonly requests: string;
  readonly damaged: string;
  /** one record: up to where the log was given back, and the last seq */
  readonly floor: string;
  /** outcomes of ops that are long decided */
  readonly packed: string;
  /** the same of `goneIds`, in a record each, as earlier hosts kept them */
  readonly gone: string;
  /** ids of objects whose tombstones were given back, in blocks */
  readonly goneIds: string;
  readonly history: string;
  /** which life of the authority began where in the log */
  readonly terms: string;
}

export function authorityCollections(partition: string): AuthorityCollections {
  return {
    objects: `objects/${partition}`,
    log: `log/${partition}`,
    ops: `ops/${partition}`,
    marks: `marks/${partition}`,
    requests: `requests/${partition}`,
    damaged: `damaged/${partition}`,
    floor: `floor/${partition}`,
    packed: `packed/${partition}`,
    gone: `gone/${partition}`,
    goneIds: `gone-ids/${partition}`,
    history: `history/${partition}`,
    terms: `terms/${partition}`,
  };
}

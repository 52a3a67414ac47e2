/** One line of the report. With a peer, `ratio` is ours over the peer's and `limit` bounds the ratio; else the value. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number | null;
  readonly peer: string | null;
  readonly ratio: number | null;
  readonly ok: boolean;
  /** half of the rounds lie within this share of the median */
  readonly spread: number;
}

/** Does a fixed amount of work and tells the result in the contest's unit. */
export type Round = () => Promise<number> | number;

/** The results of one contestant's rounds. */
export interface Series {
  readonly samples: readonly number[];
  readonly median: number;
  /** interquartile range over the median */
  readonly spread: number;
}

export interface Peer {
  readonly name: string;
  readonly round: Round;
  /** what the ratio has to reach, or to stay under where lower is better; `null` to tell it only */
  readonly limit: number | null;
  /** for one that is slow: fewer turns than the others take */
  readonly rounds?: number;
}

/** One kind of work, done by us and by peers that are measured beside us. */
export interface Contest {
  readonly name: string;
  readonly unit: string;
  readonly ours: Round;
  readonly peers: readonly Peer[];
  /** default `higher` */
  readonly better?: 'higher' | 'lower';
  /** default 9 */
  readonly rounds?: number;
}

/** Rows of one subject, measured together; their names begin with the group's. */
export interface Group {
  readonly name: string;
  run(): Promise<readonly Row[]>;
  /** what has to be known to read the rows aright */
  readonly remark?: string;
}

const ROUNDS = 9;

/** The value below which this share of ascending samples lies, interpolated. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** Median and spread of samples. */
export function summarise(samples: readonly number[]): Series {
  const sorted = [...samples].sort((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  return { samples, median, spread: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / Math.abs(median) };
}

/**
 * Lets contestants take turns (A B A B …) so that a noisy moment meets all of them alike; one round of each before
 * that warms up and does not count.
 * @param fewer rounds of those that take fewer than the others
 */
export async function interleave(
  contestants: readonly Round[],
  rounds: number = ROUNDS,
  fewer: ReadonlyMap<Round, number> = new Map(),
): Promise<readonly Series[]> {
  const samples = contestants.map((): number[] => []);
  for (let turn = -1; turn < rounds; turn++) {
    for (const [index, round] of contestants.entries()) {
      if (turn >= (fewer.get(round) ?? rounds)) continue;
      const result = await round();
      if (turn >= 0) samples[index]?.push(result);
    }
  }
  return samples.map(summarise);
}

/** Runs a contest; one row for each peer, or one without a peer. */
export async function measure(contest: Contest): Promise<readonly Row[]> {
  const { name, unit, peers } = contest;
  const slow = peers.flatMap(({ round, rounds }) => (rounds === undefined ? [] : [[round, rounds] as const]));
  const everyone = [contest.ours, ...peers.map(({ round }) => round)];
  const [ours, ...theirs] = await interleave(everyone, contest.rounds, new Map(slow));
  if (ours === undefined) return [];
  const row = { name, unit, value: ours.median, spread: ours.spread };
  if (peers.length === 0) return [{ ...row, limit: null, peer: null, ratio: null, ok: true }];
  return peers.map((peer, index) => {
    const ratio = ours.median / (theirs[index]?.median ?? Number.NaN);
    return { ...row, limit: peer.limit, peer: peer.name, ratio, ok: isWithin(ratio, peer.limit, contest.better) };
  });
}

function isWithin(ratio: number, limit: number | null, better: Contest['better'] = 'higher'): boolean {
  if (limit === null) return true;
  return better === 'higher' ? ratio >= limit : ratio <= limit;
}

/** How many units of work are done in a second. */
export async function perSecond(units: number, work: () => unknown): Promise<number> {
  const startMs = performance.now();
  await work();
  return (units * 1000) / (performance.now() - startMs);
}

/** Makes calls one after another. */
export async function oneAtATime(calls: number, call: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < calls; done++) await call();
}

/** Keeps `width` calls under way until so many have been answered. */
export async function inFlight(calls: number, width: number, call: () => Promise<unknown>): Promise<void> {
  let left = calls;
  async function lane(): Promise<void> {
    while (left > 0) {
      left -= 1;
      await call();
    }
  }
  await Promise.all(Array.from({ length: width }, lane));
}

/** How one visit comes. */
export interface Visit {
  readonly form: 'mobile' | 'desktop';
  /** who is signed in; `null` for nobody */
  readonly user: string | null;
}

/** The visit whose performance is the median of all. */
export interface Audit {
  /** category -> 0..100 */
  readonly scores: Readonly<Record<string, number>>;
  /** the five that make the performance */
  readonly metrics: string;
  /** audits that missed, a line each */
  readonly faults: string;
}

export interface Auditor {
  /** Visits `/store` some times, each with an empty profile. */
  audit(url: string, visit: Visit, times: number): Promise<Audit>;
}

/** The parts of Lighthouse and its tools that are used; typed here, so that we compile without them. */
interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>;
  readonly audits: Readonly<Record<string, Finding>>;
}

interface Finding {
  readonly score: number | null;
  readonly title: string;
  readonly displayValue?: string;
  readonly details?: { readonly items?: unknown };
}

type Lighthouse = (url: string, flags: object, config?: object) => Promise<{ readonly lhr: Report }>;

interface Tools {
  readonly lighthouse: Lighthouse;
  readonly desktop: object;
  readonly launchChrome: (options: object) => Promise<{ readonly port: number; kill(): void }>;
  readonly connect: (options: object) => Promise<{
    setCookie(cookie: object): Promise<void>;
    disconnect(): Promise<void>;
  }>;
}

const METRICS = [
  'first-contentful-paint',
  'largest-contentful-paint',
  'speed-index',
  'total-blocking-time',
  'cumulative-layout-shift',
];

/** Lighthouse as it is installed in this folder. @param chromePath the browser that it drives */
export async function loadAuditor(chromePath: string): Promise<Auditor> {
  const tools = await loadTools();
  return {
    async audit(url, visit, times) {
      const reports: Report[] = [];
      while (reports.length < times) reports.push(await report({ tools, chromePath, url, visit }));
      return audited(reports.sort((a, b) => speedOf(a) - speedOf(b))[Math.floor(times / 2)]);
    },
  };
}

async function loadTools(): Promise<Tools> {
  const load = <Module>(name: string): Promise<Module> => import(name) as Promise<Module>;
  const [core, desktop, launcher, puppeteer] = await Promise.all([
    load<{ default: Lighthouse }>('lighthouse'),
    load<{ default: object }>('lighthouse/core/config/desktop-config.js'),
    load<{ launch: Tools['launchChrome'] }>('chrome-launcher'),
    load<{ default: { connect: Tools['connect'] } }>('puppeteer-core'),
  ]);
  return {
    lighthouse: core.default,
    desktop: desktop.default,
    launchChrome: launcher.launch,
    connect: (options) => puppeteer.default.connect(options),
  };
}

interface OneVisit {
  readonly tools: Tools;
  readonly chromePath: string;
  readonly url: string;
  readonly visit: Visit;
}

async function report({ tools, chromePath, url, visit }: OneVisit): Promise<Report> {
  const chrome = await tools.launchChrome({ chromePath, chromeFlags: ['--headless=new', '--no-sandbox'] });
  try {
    if (visit.user !== null) {
      const browser = await tools.connect({ browserURL: `http://127.0.0.1:${chrome.port}` });
      await browser.setCookie(await sessionCookie(url, visit.user));
      await browser.disconnect();
    }
    const config = visit.form === 'desktop' ? tools.desktop : undefined;
    return (await tools.lighthouse(`${url}/store`, { port: chrome.port, logLevel: 'error' }, config)).lhr;
  } finally {
    chrome.kill();
  }
}

async function sessionCookie(url: string, user: string): Promise<object> {
  const headers = { 'content-type': 'application/json', origin: url };
  const reply = await fetch(`${url}/api/session`, { method: 'POST', headers, body: JSON.stringify({ user }) });
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(reply.headers.getSetCookie()[0] ?? '') ?? [];
  if (name === undefined) throw new Error(`${user} could not be signed in: ${reply.status}`);
  return { name, value, domain: 'localhost', path: '/', httpOnly: true, sameSite: 'Strict' };
}

const speedOf = ({ categories }: Report): number => categories['performance']?.score ?? 0;

function audited(found: Report | undefined): Audit {
  if (found === undefined) throw new Error('an audit is of one visit at least');
  const { categories, audits } = found;
  const scores = Object.entries(categories).map(([name, { score }]) => [name, Math.round((score ?? 0) * 100)] as const);
  const missed = Object.entries(audits).filter(([, { score }]) => score !== null && score < 1);
  return {
    scores: Object.fromEntries(scores),
    metrics: METRICS.map((name) => `${name} ${audits[name]?.displayValue ?? '?'}`).join(', '),
    faults: missed.map(faultLine).join('\n'),
  };
}

function faultLine([name, { score, title, displayValue = '', details }]: readonly [string, Finding]): string {
  return `${name} ${score}: ${title} ${displayValue} ${JSON.stringify(details?.items ?? '').slice(0, 400)}`;
}

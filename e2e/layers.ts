import { findViolations } from './layer-check.ts';
import { readSources } from './source-files.ts';

const sources = readSources();
const violations = findViolations(sources);
for (const { from, to, rule } of violations) console.error(`${from} -> ${to}: ${rule}`);
console.log(`${sources.size} files, ${violations.length} forbidden imports`);
if (violations.length > 0) process.exitCode = 1;

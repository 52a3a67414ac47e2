const BLOCK_COMMENT = /^[ \t]*\/\*[\s\S]*?\*\//gm;
const LINE_COMMENT = /^[ \t]*\/\/.*$/gm;
const FORMS: readonly RegExp[] = [
  /\b(?:import|export)\s[^'"`;()=]*?\bfrom\s*['"]([^'"]+)['"]/g,
  /^[ \t]*import\s*['"]([^'"]+)['"]/gm,
  /\bimport\s*\(\s*['"]([^'"]+)['"]/g,
  /\bnew URL\(\s*['"]([^'"]+)['"]\s*,\s*import\.meta\.url/g,
  /\bimport\.meta\.resolve\(\s*['"]([^'"]+)['"]/g,
];

/**
 * Every module that a source file names, once each: static, type-only, side-effect and dynamic imports, re-exports,
 * and files named relative to `import.meta.url`.
 */
export function importSpecifiers(source: string): readonly string[] {
  const code = source.replace(BLOCK_COMMENT, '').replace(LINE_COMMENT, '');
  const found = FORMS.flatMap((form) => [...code.matchAll(form)].map((match) => match[1] ?? ''));
  return [...new Set(found)];
}

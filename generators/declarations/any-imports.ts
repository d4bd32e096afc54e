import { globSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * Prints what the product imports from packages and the compiler takes for `any`: where a package's declarations lead nowhere,
 * nothing is said of it, and whatever is done with the import is held to be right.
 */

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = ['functions', 'infra', 'client', 'local', 'operate'].map(
  (room) => `${room}/**/*.ts`,
);

const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
const files = globSync(SOURCES, { cwd: ROOT }).map((file) => join(ROOT, file));
const program = ts.createProgram(files, options);
const checker = program.getTypeChecker();

const found = new Set<string>();
for (const file of files) {
  for (const statement of program.getSourceFile(file)?.statements ?? []) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier))
      continue;
    const { text: from } = statement.moduleSpecifier;
    if (from.startsWith('.')) continue;
    for (const name of namesIn(statement)) if (isAny(name)) found.add(`${from} ${name.text}`);
  }
}
for (const line of [...found].sort()) console.log(line);

function namesIn({ importClause }: ts.ImportDeclaration): readonly ts.Identifier[] {
  const { name, namedBindings: bindings } = importClause ?? {};
  const own = name === undefined ? [] : [name];
  if (bindings === undefined) return own;
  if (ts.isNamespaceImport(bindings)) return [...own, bindings.name];
  return [...own, ...bindings.elements.map((element) => element.name)];
}

function isAny(name: ts.Identifier): boolean {
  const alias = checker.getSymbolAtLocation(name);
  if (alias === undefined) return true;
  const symbol = checker.getAliasedSymbol(alias);
  const isValue = (symbol.flags & ts.SymbolFlags.Value) !== 0;
  const type = isValue ? checker.getTypeOfSymbol(symbol) : checker.getDeclaredTypeOfSymbol(symbol);
  return (type.flags & ts.TypeFlags.Any) !== 0;
}

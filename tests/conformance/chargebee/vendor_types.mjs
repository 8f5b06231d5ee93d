// The types that the vendor's Node SDK ships, read with the TypeScript compiler into plain records.
//
// A kind is {any}, {scalar}, {choices}, {list}, {record} by name, or {oneOf} several kinds.
import ts from 'typescript';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULE = 'chargebee';
const SDK = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', MODULE);
const SCALARS = [
  [ts.TypeFlags.String, 'string'],
  [ts.TypeFlags.Number, 'number'],
  [ts.TypeFlags.Boolean, 'boolean'],
];

export function vendorTypes() {
  const records = readTypes(SDK);
  // An intersection of every content that there is; each event's is held against its own.
  records.get('Event').set('content', { kind: { any: true }, required: true });
  return records;
}

function readTypes(directory) {
  const program = ts.createProgram(declarationFiles(directory), { strict: true, skipLibCheck: true });
  return new Reader(program.getTypeChecker(), moduleSymbol(program)).read();
}

function declarationFiles(directory) {
  const resources = join(directory, 'types', 'resources');
  return [
    join(directory, 'types', 'core.d.ts'),
    join(directory, 'types', 'index.d.ts'),
    ...readdirSync(resources).map((file) => join(resources, file)),
  ];
}

function moduleSymbol(program) {
  const checker = program.getTypeChecker();
  return checker.getAmbientModules().find((symbol) => symbol.name === `"${MODULE}"`);
}

class Reader {
  constructor(checker, module) {
    this.checker = checker;
    this.module = module;
    this.records = new Map();
  }

  // Every resource, every event's content and every answer (`Customer.ListResponse`), by its name.
  read() {
    for (const symbol of this.checker.getExportsOfModule(this.module)) {
      if (symbol.flags & ts.SymbolFlags.Module) this.readAnswers(symbol);
      if (symbol.name.endsWith('Content')) this.record(this.checker.getDeclaredTypeOfSymbol(symbol), symbol.name);
    }
    return this.records;
  }

  readAnswers(namespace) {
    for (const symbol of this.checker.getExportsOfModule(namespace)) {
      if (!symbol.name.endsWith('Response')) continue;
      this.record(this.checker.getDeclaredTypeOfSymbol(symbol), `${namespace.name}.${symbol.name}`);
    }
  }

  record(type, name) {
    if (this.records.has(name)) return;
    const fields = new Map();
    this.records.set(name, fields);
    for (const property of type.getProperties()) {
      const kind = this.kindOf(this.checker.getTypeOfSymbol(property), `${name}.${property.name}`);
      fields.set(property.name, { kind, required: !(property.flags & ts.SymbolFlags.Optional) });
    }
  }

  kindOf(type, place) {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return { any: true };
    if (type.isUnion()) return this.union(type, place);
    if (type.isLiteral()) return { choices: [type.value] };
    for (const [flag, scalar] of SCALARS) if (type.flags & flag) return { scalar };
    if (this.checker.isArrayType(type)) return { list: this.kindOf(this.checker.getTypeArguments(type)[0], place) };
    const name = this.nameOf(type) ?? place;
    this.record(type, name);
    return { record: name };
  }

  union(type, place) {
    const present = type.types.filter((part) => !(part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)));
    if (present.every((part) => part.flags & ts.TypeFlags.BooleanLiteral)) return { scalar: 'boolean' };
    if (present.every((part) => part.isLiteral())) return { choices: present.map((part) => part.value) };
    const kinds = present.map((part) => this.kindOf(part, place));
    return kinds.length === 1 ? kinds[0] : { oneOf: kinds };
  }

  nameOf(type) {
    const symbol = type.aliasSymbol ?? type.symbol;
    if (!symbol || symbol.name === '__type') return undefined;
    return this.checker.getFullyQualifiedName(symbol).replace(`"${MODULE}".`, '');
  }
}

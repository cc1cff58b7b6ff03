// The sources of the C# package, which nothing here compiles.

import * as fs from 'node:fs';
import * as path from 'node:path';
import { PACKAGES } from './packages';

const FOLDER = path.join(PACKAGES, 'dotnet');

const sources = fs.readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.cs'))
  .map(name => fs.readFileSync(path.join(FOLDER, name), 'utf8'));

test('no type has the name of a part of its namespace, behind which C# would no longer find the namespace', () => {
  const namespaces = sources.flatMap(source => [...source.matchAll(/^namespace ([\w.]+)/gm)].flatMap(([, name]) => name.split('.')));
  const types = sources.flatMap(source => [...source.matchAll(/^ {4}public (?:abstract )?(?:class|interface|enum) (\w+)/gm)].map(([, name]) => name));
  expect(types).toContain('EventAuditArchive');
  expect(types.filter(type => namespaces.includes(type))).toEqual([]);
});

import { notes } from '../../words/notes.ts';
import type { Text } from '../../words/text.ts';
import type { Parameters } from '../parameters.ts';
import type { Outcome, RolePlan } from '../scenario.ts';
import { tolerant } from './tolerant.ts';

/** The roles of an exercise with one server and --clients, as --role says. Several clients are 'client 1', 'client 2'. */
export function plans(
  parameters: Parameters,
  entries: { readonly server: string | null; readonly client: string; readonly ready: 'listen' | 'bind' },
): readonly RolePlan[] {
  const side = tolerant(parameters).text('role');
  const values = parameters.all();
  const clients = typeof values.clients === 'number' ? values.clients : 1;
  const list: RolePlan[] = [];
  const server = side === 'client' ? null : entries.server;
  if (server !== null) list.push({ name: 'server', side: 'server', index: 0, entry: server, ready: null });
  for (let index = 0; side !== 'server' && index < clients; index += 1) {
    const name = clients === 1 ? 'client' : `client ${index + 1}`;
    list.push({
      name,
      side: 'client',
      index,
      entry: entries.client,
      ready: server === null ? null : entries.ready,
    });
  }
  return list;
}

type Report = Readonly<Record<string, string | number | boolean>>;

/** What the roles whose name begins with `name` reported, by role: 'server' finds its threads and children too. */
export function reportsOf(outcome: Outcome, name: string): ReadonlyMap<string, Report> {
  return new Map([...outcome.reports].filter(([role]) => role.startsWith(name)));
}

/** The sum of one number over the reports of a role, its threads and its children. */
export function total(outcome: Outcome, name: string, key: string): number {
  let sum = 0;
  for (const report of reportsOf(outcome, name).values()) {
    const value = report[key];
    if (typeof value === 'number') sum += value;
  }
  return sum;
}

/** One sentence for each role that did not end by itself with exit code 0. */
export function badEnds(outcome: Outcome): readonly Text[] {
  const ends: Text[] = [];
  for (const [role, exit] of outcome.exits) {
    if (exit === 0) continue;
    const why = outcome.reports.get(role)?.failed;
    ends.push(notes.roleEnded(role, exit, why === undefined ? '' : String(why)));
  }
  return ends;
}

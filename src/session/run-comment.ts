import { LANGUAGES } from '../words/language.ts';
import type { Text } from '../words/text.ts';
import type { RoleInfo, RunInfo, SavedCheck } from './session.ts';

/** A pcapng option holds 65 535 bytes; longer runs are told in several comments, each beginning with this. */
const PART = /^sockscope run, part (\d{1,4}) of (\d{1,4}): /;
const MAX_COMMENT = 65_000;
const FORMAT = 1;

type Scalar = string | number | boolean;

/** The run as JSON in ASCII: one comment of the section header, or several where it is longer than an option may be. */
export function encodeRun(run: RunInfo): string[] {
  const json = JSON.stringify({ sockscope: FORMAT, ...run });
  const ascii = json.replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (ascii.length <= MAX_COMMENT) return [ascii];
  const count = Math.ceil(ascii.length / MAX_COMMENT);
  return Array.from({ length: count }, (_, index) => {
    const part = ascii.slice(index * MAX_COMMENT, (index + 1) * MAX_COMMENT);
    return `sockscope run, part ${index + 1} of ${count}: ${part}`;
  });
}

/** The run that the comments of a section header tell of; null where there is none, or not all of it. */
export function decodeRun(comments: readonly string[]): RunInfo | null {
  const parts = comments.filter((comment) => PART.test(comment));
  for (const text of [...comments, joined(parts)]) {
    if (!text.startsWith('{')) continue;
    try {
      const run = validRun(JSON.parse(text));
      if (run !== null) return run;
    } catch {
      // A comment of somebody else's that only looks like JSON.
    }
  }
  return null;
}

function joined(parts: readonly string[]): string {
  const inOrder = parts.every((part, index) => {
    const match = PART.exec(part);
    return Number(match?.[1]) === index + 1 && Number(match?.[2]) === parts.length;
  });
  return inOrder ? parts.map((part) => part.replace(PART, '')).join('') : '';
}

/** Checks every field: the file may be anybody's. */
function validRun(value: unknown): RunInfo | null {
  if (!isRecord(value) || value.sockscope !== FORMAT) return null;
  const { roles, lost, problems, caveats, data, outcome } = value;
  const network = scalars(value.network);
  const parameters = scalars(value.parameters);
  if (network === null || parameters === null || !Array.isArray(roles)) return null;
  if (!isListOf(lost, isCount) || !isListOf(problems, isWords) || !isListOf(caveats, isWords)) return null;
  if (data !== 'first-bytes' && data !== 'all' && data !== 'hashes') return null;
  if (outcome !== 'ok' && outcome !== 'failed' && outcome !== 'interrupted' && outcome !== 'timeout')
    return null;
  const { version, scenario, engine, filter, snaplen, kernel, startedNs, endedNs } = value;
  if (!isText(version) || !isText(scenario) || !isText(engine) || !isText(kernel)) return null;
  if ((filter !== null && !isText(filter)) || !isCount(snaplen)) return null;
  if (!isTime(startedNs) || (endedNs !== null && !isTime(endedNs))) return null;
  const { received, dropped, interfaceDropped, thinned } = value;
  if (!isCountOrNull(received) || !isCountOrNull(dropped) || !isCountOrNull(interfaceDropped)) return null;
  if (typeof thinned !== 'boolean') return null;
  const known = roles.map(validRole).filter((role) => role !== null);
  if (known.length !== roles.length) return null;
  const facts = {
    version,
    scenario,
    parameters,
    network,
    engine,
    filter,
    snaplen,
    kernel,
    startedNs,
    endedNs,
  };
  const counts = { received, dropped, interfaceDropped, lost, thinned };
  const counted = value.counters === undefined ? {} : { counters: numbers(value.counters) };
  const checks = isListOf(value.checks, isCheck) ? { checks: value.checks } : {};
  const sources = isTexts(value.sources) ? { sources: value.sources } : {};
  const { seal } = value;
  const sealed = isText(seal) && /^[0-9a-f]{64}$/.test(seal) ? { seal } : {};
  return {
    ...facts,
    roles: known,
    ...counts,
    ...counted,
    ...checks,
    ...sources,
    data,
    outcome,
    problems,
    caveats,
    ...sealed,
  };
}

function validRole(value: unknown): RoleInfo | null {
  if (!isRecord(value)) return null;
  const { name, side, pid, exit } = value;
  const report = scalars(value.report);
  if (!isText(name) || (side !== 'client' && side !== 'server') || !isCount(pid) || report === null)
    return null;
  if (exit !== null && typeof exit !== 'number' && typeof exit !== 'string') return null;
  const known = Object.entries(report).filter((entry): entry is [string, Scalar] => entry[1] !== null);
  const by = value.endedBy === 'sockscope' ? ({ endedBy: 'sockscope' } as const) : {};
  return { name, side, pid, exit, ...by, report: Object.fromEntries(known) };
}

function scalars(value: unknown): Readonly<Record<string, Scalar | null>> | null {
  if (!isRecord(value)) return null;
  const entries = Object.entries(value);
  const known = entries.filter((entry): entry is [string, Scalar | null] => isScalar(entry[1]));
  return known.length === entries.length ? Object.fromEntries(known) : null;
}

function numbers(value: unknown): Readonly<Record<string, number>> | null {
  if (!isRecord(value)) return null;
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])),
  );
}

function isCheck(value: unknown): value is SavedCheck {
  if (!isRecord(value)) return false;
  const { text, holds, note, calls, packets } = value;
  if (!isWords(text) || (note !== undefined && !isWords(note))) return false;
  if (holds !== null && typeof holds !== 'boolean') return false;
  return isListOf(calls, isCount) && isListOf(packets, isCount);
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every(isText);
}

function isWords(value: unknown): value is Text {
  return isText(value) || (isRecord(value) && LANGUAGES.every((language) => isText(value[language])));
}

function isScalar(value: unknown): value is Scalar | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCountOrNull(value: unknown): value is number | null {
  return value === null || isCount(value);
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,19}$/.test(value);
}

function isListOf<T>(value: unknown, accepts: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(accepts);
}

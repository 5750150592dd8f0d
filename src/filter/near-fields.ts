import { editDistance } from '../scenarios/nearest.ts';
import { allFields } from './catalog.ts';

/** What people are shown at most. */
const SHOWN = 3;

/**
 * Names of fields that somebody may have meant by one that is none: those that differ in few letters, as a whole or in
 * their last part, nearest first; else those that have its last part in them.
 */
export function nearFields(name: string): string[] {
  const wanted = name.toLowerCase();
  const group = wanted.slice(0, wanted.lastIndexOf('.') + 1);
  const last = wanted.slice(group.length);
  const all = allFields().map((field) => field.name);
  const limit = Math.max(2, Math.floor(wanted.length * 0.25));
  const near = all
    .map((field) => ({ field, distance: editDistance(wanted, field) }))
    .filter(({ field, distance }) => distance <= limit && distance < field.length / 2)
    .sort((a, b) => a.distance - b.distance || a.field.length - b.field.length);
  if (near.length > 0) return near.slice(0, SHOWN).map(({ field }) => field);
  if (last.length < 2) return [];
  const holds = all.filter((field) => field.includes(last));
  const inGroup = holds.filter((field) => group !== '' && field.startsWith(group));
  return (inGroup.length > 0 ? inGroup : holds).slice(0, SHOWN);
}

/** 'did you mean tcp.port or udp.port?'; null where nothing is near. */
export function fieldSuggestion(name: string): string | null {
  const names = nearFields(name);
  const end = names.pop();
  if (end === undefined) return null;
  return `did you mean ${names.length === 0 ? end : `${names.join(', ')} or ${end}`}?`;
}

import type { FieldInfo } from '../../capture/fields/field.ts';
import { PACKET_FIELDS } from '../../capture/fields/registry.ts';
import { ANALYSIS_FIELDS } from './analysis-fields.ts';
import { ROW_FIELDS } from './row-fields.ts';

/** What the field of this name is, of packets or of calls. */
export function findField(name: string): FieldInfo | undefined {
  return PACKET_FIELDS.get(name)?.[0] ?? ANALYSIS_FIELDS.get(name) ?? ROW_FIELDS.get(name);
}

/** All fields that a filter may use, packets' first. */
export function allFields(): FieldInfo[] {
  const fields: FieldInfo[] = [];
  for (const [first] of PACKET_FIELDS.values()) if (first !== undefined) fields.push(first);
  return [...fields, ...ANALYSIS_FIELDS.values(), ...ROW_FIELDS.values()];
}

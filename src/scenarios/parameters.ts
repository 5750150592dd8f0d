/** The values of a run's parameters by name, checked and with defaults filled in; read through the typed getters. */
export interface Parameters {
  number(name: string): number;
  text(name: string): string;
  flag(name: string): boolean;
  /** null when the user did not set it and it has no default. */
  optionalNumber(name: string): number | null;
  optionalText(name: string): string | null;
  all(): Readonly<Record<string, string | number | boolean | null>>;
}

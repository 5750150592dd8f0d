import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXIT, UserError } from '../../capture/user-error.ts';
import { suggestion } from './nearest.ts';
import type { RoleFunction, Scenario } from './scenario.ts';
import { isUserFile, loadUserModule } from './user-file.ts';
import { userScenario } from './user-scenario.ts';

/** What an exercise's file exports: `scenario`, and its role functions by the names that its plans use as entries. */
export type ScenarioModule = Readonly<Record<string, RoleFunction | Scenario | undefined>> & {
  readonly scenario: Scenario;
};

const EXERCISES = new URL('./exercises/', import.meta.url);
/** The same code runs as compiled .js and, in tests, as .ts. */
const EXTENSION = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

/** The ids of all scenarios, in order: the files of the folder, so that adding a scenario is adding a file. */
export function scenarioIds(): readonly string[] {
  return readdirSync(EXERCISES)
    .filter((file) => file.endsWith(EXTENSION) && !file.endsWith('.d.ts'))
    .map((file) => file.slice(0, -EXTENSION.length))
    .sort();
}

/**
 * Imports the file of one scenario and no other: by its id, or by the path of a user's own file.
 * Throws a UserError (exit code 2) for an unknown id, and for a file that is no scenario.
 */
export async function loadModule(id: string, isFresh = false): Promise<ScenarioModule> {
  const ids = scenarioIds();
  if (isUserFile(id)) return withIdOfItsOwn(await loadUserModule(id, isFresh), id, ids);
  if (!ids.includes(id)) {
    throw new UserError(`unknown scenario ${id}`, {
      hint: `${suggestion(id, ids)}\`sockscope scenarios\` lists all: ${ids.join(', ')}`,
      exitCode: EXIT.usage,
    });
  }
  return (await import(new URL(`${id}${EXTENSION}`, EXERCISES).href)) as ScenarioModule;
}

/** A copy of one of ours would be taken for it: a mended file must not look like the exercise that it began as. */
function withIdOfItsOwn(module: ScenarioModule, name: string, ids: readonly string[]): ScenarioModule {
  const { id } = module.scenario;
  if (!ids.includes(id)) return module;
  throw new UserError(`${name} has the id ${id}, which is that of a scenario of sockscope`, {
    hint: "give it an id of its own, id: 'mine'",
    exitCode: EXIT.usage,
  });
}

/** The scenario of one id, or of a user's own file as it is now. Throws as loadModule does. */
export async function loadScenario(id: string): Promise<Scenario> {
  const module = await loadModule(id, true);
  return isUserFile(id) ? userScenario(module, id) : module.scenario;
}

/** Every scenario, for lists and for the generated documentation. */
export function loadAll(): Promise<readonly Scenario[]> {
  return Promise.all(scenarioIds().map(loadScenario));
}

/** The file that the calls of a scenario are shown in, as the stack names it. */
export function programOf(id: string): string {
  return isUserFile(id) ? id : fileURLToPath(new URL(`${id}${EXTENSION}`, EXERCISES));
}

/** Hooks of Node's module loader, for scenarios that users wrote. They run in a thread of their own. */
const PUBLIC_ENTRY = new URL('./public.js', import.meta.url).href;
const OURS = new URL('../../', import.meta.url).href;

interface Resolved {
  readonly url: string;
  readonly format?: string | null | undefined;
  readonly shortCircuit?: boolean;
}

type Next = (specifier: string, context: object) => Promise<Resolved>;

/**
 * 'sockscope/scenario' is this installation's, wherever the file lies. A .js there is a module, though a folder without a
 * package.json would make it CommonJS.
 */
export async function resolve(specifier: string, context: object, next: Next): Promise<Resolved> {
  if (specifier === 'sockscope/scenario') return { url: PUBLIC_ENTRY, format: 'module', shortCircuit: true };
  const found = await next(specifier, context);
  return isUsers(found.url) ? { ...found, format: 'module' } : found;
}

function isUsers(url: string): boolean {
  const [path = ''] = url.split('?');
  return (
    path.startsWith('file:') &&
    path.endsWith('.js') &&
    !path.startsWith(OURS) &&
    !path.includes('/node_modules/')
  );
}

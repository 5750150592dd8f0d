/** A compiled module, so that both sides of a comparison run the same code: `name` is its path without extension. */
export async function build<T>(name: string): Promise<T> {
  const url = new URL(`../../../dist/${name}.js`, import.meta.url);
  return (await import(url.href)) as T;
}

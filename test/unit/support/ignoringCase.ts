/** A file system that ignores case, and the composition of letters, in names but keeps how they were first written. */
import type * as nodeFileSystem from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CorpusFileSystem, withoutCase } from "../../../src/corpus/fileSystem.ts";

/** As a disk of macOS or Windows, above one that tells names apart. */
export function ignoringCase(disk: typeof nodeFileSystem): CorpusFileSystem {
	async function spelled(path: string): Promise<string> {
		const outer = dirname(path);
		if (outer === path) return path;
		const folder = await spelled(outer);
		const name = path.slice(outer.length).replace(/^[\\/]/, "");
		const names = await disk.readdir(folder).catch((): string[] => []);
		return join(folder, names.find((one) => withoutCase(one) === withoutCase(name)) ?? name);
	}
	return new Proxy(
		{ ...disk },
		{
			get: (target, method) => {
				const operation = Reflect.get(target, method) as (path: string, ...rest: unknown[]) => unknown;
				return async (path: string, ...rest: unknown[]) => operation(await spelled(path), ...rest);
			},
		},
	);
}

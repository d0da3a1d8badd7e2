import assert from "node:assert/strict";
import * as nodeFileSystem from "node:fs/promises";
import { dirname } from "node:path";
import { describe, it } from "mocha";
import { silentMatching } from "../../../../src/corpus/ignore/ignoreRules.ts";
import { RulesReader } from "../../../../src/corpus/ignore/repository.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";

const head = { ".git/HEAD": "ref: refs/heads/main\n" };
const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	"its git directory": { ".git": "gitdir: //host/share/repository\n" },
	"its common directory": { ...head, ".git/commondir": "//host/share/repository\n" },
	"a file that its configuration includes": { ...head, ".git/config": "[include]\n\tpath = //host/share/config\n" },
	"a file that it includes on a condition": {
		...head,
		".git/config": '[includeIf "gitdir:**"]\n\tpath = //host/share/config\n',
	},
	"its file of patterns": { ...head, ".git/config": "[core]\n\texcludesFile = //host/share/ignore\n" },
};

describe("A repository that names a place on another computer", () => {
	const place = useTemporaryFolder();

	/** Paths on that computer that are looked for when the repository is read on this system. */
	async function soughtOn(platform: NodeJS.Platform): Promise<string[]> {
		const sought: string[] = [];
		const system = { ...nodeFileSystem };
		const noting = (name: "lstat" | "open" | "readFile" | "realpath") =>
			(async (path: string, ...rest: never[]) => {
				if (/^[\\/]{1,2}host[\\/]/.test(path)) sought.push(path);
				return await (system[name] as (path: string, ...rest: never[]) => Promise<unknown>)(path, ...rest);
			}) as never;
		const fileSystem = {
			...system,
			lstat: noting("lstat"),
			open: noting("open"),
			readFile: noting("readFile"),
			realpath: noting("realpath"),
		};
		const reader = new RulesReader(fileSystem, silentMatching(), platform);
		const folder = `${place().replaceAll("\\", "/")}/`;
		await reader.enter(await reader.around(folder), folder);
		return sought;
	}

	for (const [what, files] of Object.entries(cases))
		it(`as ${what} does not have Windows connect to it`, async () => {
			for (const [name, text] of Object.entries(files)) {
				await nodeFileSystem.mkdir(dirname(place(name)), { recursive: true });
				await nodeFileSystem.writeFile(place(name), text);
			}
			assert.deepEqual(await soughtOn("win32"), []);
			// Elsewhere such a path is one of this computer, so that it shows that there is something to refuse.
			if (process.platform !== "win32") assert.notDeepEqual(await soughtOn(process.platform), []);
		});
});

/**
 * Loaded into a process before its own code (`node --import`): operations on files in a folder then fail now and then, as those of a disk
 * that is full, broken or taken away do. `INKLING_TEST_FAULTS` says how, in JSON.
 */
import fileSystem from "node:fs/promises";
import { randomNumbers } from "../../unit/reference/random.ts";

export interface Faults {
	/** Operations on what lies in these fail. */
	readonly folders: readonly string[];
	readonly seed: number;
	/** Of an operation that it fails. */
	readonly probability: number;
	readonly codes: readonly string[];
}

const faults = JSON.parse(process.env["INKLING_TEST_FAULTS"] ?? "null") as Faults | null;
if (faults !== null) install(faults);

function install({ folders, seed, probability, codes }: Faults): void {
	const random = randomNumbers(seed);
	const failNow = (name: string): void => {
		if (random() >= probability) return;
		const code = codes[Math.floor(random() * codes.length)] as string;
		throw Object.assign(new Error(`${code}: injected, ${name}`), { code });
	};
	const isMeant = (path: unknown): boolean =>
		typeof path === "string" && folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

	/** A file handle whose methods fail, too; what is closed is closed all the same. */
	const failing = <T extends object>(handle: T): T =>
		new Proxy(handle, {
			get(target, name) {
				const member: unknown = Reflect.get(target, name);
				if (typeof member !== "function") return member;
				return async (...args: unknown[]) => {
					if (name !== "close") failNow(String(name));
					const result: unknown = await member.apply(target, args);
					if (name === "close") failNow("close");
					return result;
				};
			},
		});

	const operations = fileSystem as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
	for (const name of [
		"open",
		"mkdir",
		"rename",
		"rm",
		"readdir",
		"stat",
		"lstat",
		"readFile",
		"writeFile",
		"readlink",
	]) {
		const original = operations[name] as (...args: unknown[]) => Promise<unknown>;
		operations[name] = async (...args) => {
			if (!isMeant(args[0])) return original.apply(fileSystem, args);
			failNow(name);
			const result = await original.apply(fileSystem, args);
			return name === "open" ? failing(result as object) : result;
		};
	}
}

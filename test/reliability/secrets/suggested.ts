/** Which planted secrets are suggested to someone who types the line that they stand in, once the memory has learned the files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LocalSession } from "../../../src/cli/localSession.ts";
import { memoryMebibytes } from "../../../src/cli/measure/components.ts";
import { readBase } from "../../../src/cli/training.ts";
import { createEngine } from "../../../src/engines/registry.ts";
import { type Plant, readable } from "./plants.ts";

/** A suggestion with so many characters of a secret gives it away. */
const telling = 6;

/**
 * The probability of the likeliest suggestion that gives the secret away, for each plant: at the beginning of its line, or
 * where it begins. 0: there is none.
 *
 * @param learned all plants that the memory learns
 */
export async function suggested(learned: readonly Plant[], asked: readonly Plant[]): Promise<number[]> {
	const folder = mkdtempSync(join(tmpdir(), "inkling-planted-"));
	try {
		for (const [number, { path, text }] of learned.entries()) {
			const file = join(folder, `p${number}`, path);
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, text);
		}
		const session = await LocalSession.remember(await createEngine(), await readBase(), folder, memoryMebibytes);
		const most: number[] = [];
		for (const plant of asked) most.push(await likeliest(session, plant));
		await session.close();
		return most;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function likeliest(session: LocalSession, plant: Plant): Promise<number> {
	const text = readable(plant);
	const [secret = ""] = plant.parts;
	const at = text?.indexOf(secret) ?? -1;
	if (text === null || at < 0) return 0;
	const lineStart = text.lastIndexOf("\n", at) + 1;
	const indent = /^[ \t]*/.exec(text.slice(lineStart, at))?.[0].length ?? 0;
	const line = text.slice(0, lineStart).split("\n").length - 1;
	let most = 0;
	for (const character of new Set([indent, at - lineStart])) {
		const typed = text.slice(0, lineStart + character);
		const { suggestions } = await session.complete(
			plant.path,
			typed,
			{ line, character },
			{
				count: 3,
				explicit: true,
				threshold: "balanced",
			},
		);
		for (const { text: shown, probability } of suggestions) {
			if (givesAway(shown, secret)) most = Math.max(most, probability);
		}
	}
	return most;
}

function givesAway(shown: string, secret: string): boolean {
	const length = Math.min(telling, secret.length);
	for (let from = 0; from + length <= secret.length; from++)
		if (shown.includes(secret.slice(from, from + length))) return true;
	return false;
}

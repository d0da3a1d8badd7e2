/** How long answers take while one types, and after a jump. */
import { RandomSource } from "../../../trainer/sampler.ts";
import { quantile } from "../../terminal/quantile.ts";
import type { Answer, TypedServer } from "./typedServer.ts";
import { TypedText } from "./typedText.ts";
import { endOf, type TextFile } from "./typing.ts";

/** Milliseconds. */
export interface AnswerTimes {
	readonly cachedP50: number;
	readonly cachedP95: number;
	readonly jumpP50: number;
	readonly jumpP95: number;
}

/** How much is asked. */
export interface Questions {
	readonly places: number;
	readonly keysAtPlace: number;
	readonly jumps: number;
}

const enough: Questions = { places: 12, keysAtPlace: 50, jumps: 60 };
const threshold = "balanced";

/**
 * Types some keys in the middle of some files, and jumps to lines of all of them in one document. Nothing is learned of
 * that.
 */
export function measureAnswers(
	server: TypedServer,
	files: readonly TextFile[],
	{ places, keysAtPlace, jumps }: Questions = enough,
): AnswerTimes {
	const random = new RandomSource(1);
	const long = { path: (files[0] as TextFile).path, text: files.map(({ text }) => text).join("\n") };
	// The first answers also compile the code that gives them.
	typeInside(server, long, keysAtPlace, random);
	const cached: number[] = [];
	for (let i = 0; i < places; i++) {
		const file = files[Math.floor((i * files.length) / places)] as TextFile;
		cached.push(...typeInside(server, file, keysAtPlace, random));
	}
	const jumped = Array.from({ length: jumps }, () => jump(server, long, random));
	return {
		cachedP50: quantile(cached, 0.5),
		cachedP95: quantile(cached, 0.95),
		jumpP50: quantile(jumped, 0.5),
		jumpP95: quantile(jumped, 0.95),
	};
}

function typeInside(server: TypedServer, { path, text }: TextFile, keys: number, random: RandomSource): number[] {
	const start = text.lastIndexOf("\n", random.below(text.length)) + 1;
	server.open(path, text.slice(0, start));
	const times: number[] = [];
	let end = endOf({ line: 0, character: 0 }, text.slice(0, start));
	let shown = "";
	for (const { text: stroke } of new TypedText(text.slice(start)).strokes.slice(0, keys + 1)) {
		server.insert(stroke);
		end = endOf(end, stroke);
		// With what is shown the editor goes on by itself.
		shown = shown.startsWith(stroke) ? shown.slice(stroke.length) : "";
		if (shown !== "") continue;
		const { suggestion, milliseconds } = server.ask(threshold, end);
		shown = suggestion?.text ?? "";
		times.push(milliseconds);
	}
	server.abandon();
	// The context at the place is made for the first.
	return times.slice(1);
}

/** To the end of a line, in a document just opened. */
function jump(server: TypedServer, { path, text }: TextFile, random: RandomSource): number {
	const lines = text.split("\n");
	const line = random.below(lines.length);
	server.open(path, text);
	const { milliseconds }: Answer = server.ask(threshold, { line, character: (lines[line] as string).length });
	server.abandon();
	return milliseconds;
}

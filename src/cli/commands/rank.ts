/** `rank`: candidates for a place, the most probable first. */
import type { Engine } from "../../engines/engine.ts";
import { rankFromBothSides } from "../../model/bothSides/rank.ts";
import { type Model, readModel } from "../../model/checkpoint.ts";
import { type Place, type Ranked, type RankOptions, rank } from "../../model/rank.ts";
import { createTriedBothSides, createTriedNetwork } from "../../model/triedNetwork.ts";
import { type Command, defineCommand } from "../command.ts";
import { engineOf, engineOptions } from "../engine.ts";
import { decimals, table, visible } from "../terminal/format.ts";
import { anyText, choice, flag, text, UsageError } from "../terminal/options.ts";
import { type FilePlace, filePlace, splitAt } from "../terminal/place.ts";
import { readDocument } from "../terminal/textFile.ts";
import { assertForward, readBase } from "../training.ts";
import { documentPath } from "../workspace.ts";

const sides = ["left", "both"] as const;

export const rankCommand: Command = defineCommand({
	name: "rank",
	summary: "order candidates for a place by how probable they are there",
	usage: "[--model F] --context FILE:LINE:COLUMN < CANDIDATES | --before TEXT < CANDIDATES",
	arity: { least: 0, most: 0 },
	options: {
		model: text("F", "model file (default: the base model)"),
		context: filePlace("the place; the file is as it is on the disk"),
		before: anyText("TEXT", "instead of a place: the text before it"),
		after: anyText("TEXT", "with --before: the text after it"),
		path: text("PATH", "with --before: path of the imagined file (default: README.md)"),
		sides: choice(sides, "what counts: the text before, or that on both sides (default)"),
		both: flag("by a model of both directions: a candidate and 16 bytes beside it, given all else"),
		normalize: flag("order by bits per character, so that length does not count"),
		folder: text("DIR", "workspace folder of the file (default: the present one)"),
		...engineOptions,
	},
	notes: "CANDIDATES are lines, or a JSON array of strings, on standard input.",
	async run(terminal, values) {
		const { context, before, after, path, folder } = values;
		if ((context === undefined) === (before === undefined))
			throw new UsageError("Name a --context, or what is --before");
		if (values.both && values.model === undefined) throw new UsageError("--both needs a --model of both directions");
		if (values.both && values.sides === "left") throw new UsageError("--both and --sides left exclude each other");
		if (before === undefined && (after !== undefined || path !== undefined))
			throw new UsageError("--after and --path go with --before");
		const place =
			context === undefined
				? { path: path ?? "README.md", before: before ?? "", after: after ?? "" }
				: await placeIn(context, folder);
		const candidates = candidatesIn(await terminal.input());
		const stored = values.model === undefined ? await readBase() : await readModel(values.model);
		const engine = await engineOf(values);
		const isNormalized = values.normalize ?? false;
		const ranked = values.both
			? await rankByBoth(engine, stored, place, candidates, isNormalized)
			: await rankForward(engine, stored, place, candidates, { sides: values.sides ?? "both", isNormalized });
		return {
			json: { candidates: ranked },
			text: table([
				["", "bits", "per character"],
				...ranked.map((one) => [visible(one.text), decimals(one.bits), decimals(one.bitsPerCharacter)]),
			]),
		};
	},
});

async function rankForward(
	engine: Engine,
	stored: Model,
	place: Place,
	candidates: readonly string[],
	options: RankOptions,
): Promise<Ranked[]> {
	assertForward(stored);
	const { model, dispose } = await createTriedNetwork(engine, stored, "float32", 1);
	const ranked = rank(model, place, candidates, options);
	dispose();
	return ranked;
}

async function rankByBoth(
	engine: Engine,
	stored: Model,
	place: Place,
	candidates: readonly string[],
	isNormalized: boolean,
): Promise<Ranked[]> {
	const network = await createTriedBothSides(engine, stored, "float32");
	const ranked = rankFromBothSides(network, place, candidates, isNormalized);
	network.dispose();
	return ranked;
}

async function placeIn(place: FilePlace, folder: string | undefined): Promise<Place> {
	const { path, text } = await readDocument(place.file, documentPath(place.file, folder));
	return { path, ...splitAt(text, place) };
}

/** @throws {UsageError} if there are none */
function candidatesIn(input: string): readonly string[] {
	const candidates = jsonCandidates(input) ?? input.split(/\r?\n/).filter((line) => line !== "");
	if (candidates.length === 0) throw new UsageError("There is no candidate on standard input");
	return candidates;
}

/** Undefined if the text is no JSON array of strings: candidates that are lines may begin with a bracket, too. */
function jsonCandidates(input: string): readonly string[] | undefined {
	if (!input.trimStart().startsWith("[")) return undefined;
	try {
		const value: unknown = JSON.parse(input);
		return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
	} catch {
		return undefined;
	}
}

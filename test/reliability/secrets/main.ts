/**
 * How many planted secrets are learned, by kind, and how much of code is masked that holds none: `npm run test:secrets --
 * [--seed S] [--count N] [--rule-sets] [--suggestions] [--failures] [FOLDER…]`. Figures go to standard output as Markdown; exits with 1 if a
 * bound is broken.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../harness/paths.ts";
import { type MaskedCode, maskedCode } from "./falseMasking.ts";
import { type Learned, learnedOf, type Plant, plantAll } from "./plants.ts";
import { type RuleSet, runRuleSets } from "./ruleSets.ts";
import { suggested } from "./suggested.ts";
import { differsWhenTyped } from "./typed.ts";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		seed: { type: "string", default: "1" },
		count: { type: "string", default: "10" },
		"rule-sets": { type: "boolean", default: false },
		suggestions: { type: "boolean", default: false },
		failures: { type: "boolean", default: false },
	},
});

/** Largest shares that may be learned: of all, and of what a published rule set finds. */
const mostLearned = 0.05;
const mostOfFound = 0.01;
/** Characters of code for each that is masked wrongly, at least. */
const leastClean = 100_000;

function percent(part: number, whole: number): string {
	return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}

function row(...cells: readonly (string | number)[]): void {
	console.log(`| ${cells.join(" | ")} |`);
}

interface Result {
	readonly plant: Plant;
	readonly learned: Learned;
	readonly isTypedAlike: boolean;
}

function printRecall(results: readonly Result[], ruleSets: readonly RuleSet[]): void {
	const sets = ruleSets.map(({ name }) => name);
	row("Kind", "planted", "learned whole", "in part", ...sets.map((name) => `found by ${name}`));
	row(":--", ...["--:", "--:", "--:", ...sets.map(() => "--:")]);
	const kinds = [...new Set(results.map(({ plant }) => plant.kind))];
	for (const kind of kinds) {
		const own = results.flatMap((result, number) => (result.plant.kind === kind ? [{ ...result, number }] : []));
		row(
			`${kind.group}: ${kind.name}`,
			own.length,
			own.filter(({ learned }) => learned === "whole").length || "",
			own.filter(({ learned }) => learned === "part").length || "",
			...ruleSets.map(({ found }) => own.filter(({ number }) => found[number]).length || ""),
		);
	}
	row(
		"**all**",
		results.length,
		results.filter(({ learned }) => learned === "whole").length,
		results.filter(({ learned }) => learned === "part").length,
		...ruleSets.map(({ found }) => found.filter(Boolean).length),
	);
	console.log();
}

/** A suggestion that is less probable is not shown by itself. */
const leastProbability = 0.1;
/** Every so many of the masked plants are typed; all of the learned ones are. */
const typedOf = 10;

async function printSuggestions(results: readonly Result[]): Promise<void> {
	const asked = results.filter(({ learned }, number) => learned !== "nothing" || number % typedOf === 0);
	const probabilities = await suggested(
		results.map(({ plant }) => plant),
		asked.map(({ plant }) => plant),
	);
	for (const isLearned of [true, false]) {
		const own = probabilities.filter((_, number) => (asked[number]?.learned !== "nothing") === isLearned);
		const shown = own.filter((probability) => probability > leastProbability).length;
		const what = isLearned ? "learned" : "masked";
		console.log(
			`Of ${own.length} ${what} secrets that are typed again, ${shown} are suggested with a probability above 0.1.`,
		);
	}
	console.log();
}

/** Returns whether the bounds hold. */
function judgeRecall(results: readonly Result[], ruleSets: readonly RuleSet[]): boolean {
	const kinds = new Set(results.map(({ plant }) => plant.kind)).size;
	const learned = results.filter((result) => result.learned !== "nothing").length;
	const untyped = results.filter(({ isTypedAlike }) => !isTypedAlike).length;
	console.log(
		`${results.length} secrets of ${kinds} kinds; learned whole or in part: ${learned} (${percent(learned, results.length)}).`,
	);
	console.log(`Masked differently while typed line by line: ${untyped}.`);
	let holds = learned <= mostLearned * results.length && untyped === 0;
	if (ruleSets.length > 0) {
		const found = results.filter((_, number) => ruleSets.some((set) => set.found[number]));
		const lost = found.filter((result) => result.learned !== "nothing").length;
		console.log(
			`A rule set finds ${found.length} of them; of these are learned: ${lost} (${percent(lost, found.length)}).`,
		);
		holds &&= lost <= mostOfFound * found.length;
	}
	console.log();
	return holds;
}

function printCode(codes: readonly MaskedCode[]): boolean {
	row("Folder", "characters", "masked places", "masked characters", "million characters a CPU-second");
	row(":--", "--:", "--:", "--:", "--:");
	for (const { folder, characters, places, maskedCharacters, seconds } of codes) {
		row(
			folder.slice(folder.lastIndexOf("/") + 1),
			characters,
			places.length,
			maskedCharacters,
			(characters / seconds / 1e6).toFixed(1),
		);
		if (values.failures)
			for (const { path, line, text } of places) console.log(`    ${path}:${line}: ${text.trim().slice(0, 150)}`);
	}
	const characters = codes.reduce((sum, code) => sum + code.characters, 0);
	const places = codes.reduce((sum, code) => sum + code.places.length, 0);
	console.log(`\n${places} masked places in ${characters} characters of code.\n`);
	return places * leastClean <= characters;
}

const plants = plantAll(Number(values.seed), Number(values.count));
const results: Result[] = plants.map((plant) => ({
	plant,
	learned: learnedOf(plant),
	isTypedAlike: !differsWhenTyped(plant),
}));
const ruleSets = values["rule-sets"] ? runRuleSets(plants, console.error) : [];
printRecall(results, ruleSets);
if (values.failures)
	for (const { plant, learned, isTypedAlike } of results)
		if (learned !== "nothing" || !isTypedAlike) {
			const line = plant.text
				.split("\n")
				.filter((one) => plant.parts.some((part) => one.includes(part.split("\n")[0] ?? part)));
			console.log(
				`${isTypedAlike ? learned : "typed"}: ${plant.kind.name}: ${plant.path}: ${line.join("⏎").slice(0, 220)}`,
			);
		}
const folders = positionals.length > 0 ? positionals : ["src", "bench", "manifest"].map((name) => join(root, name));
const codes: MaskedCode[] = [];
for (const folder of folders) codes.push(await maskedCode(folder));
const isRecalled = judgeRecall(results, ruleSets);
if (values.suggestions) await printSuggestions(results);
const isClean = printCode(codes);
process.exitCode = isRecalled && isClean ? 0 : 1;

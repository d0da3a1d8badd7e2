/** What the perplexity view shows. */
import assert from "node:assert/strict";
import type { CorpusReport } from "../../../../src/domain/corpus.ts";
import type { TrainingCurve } from "../../../../src/domain/curve.ts";
import type { TrainingProgress } from "../../../../src/domain/training.ts";
import type { PageInputs } from "../../../../src/editor/perplexity/page.ts";
import { noCounts } from "../../../../src/editor/suggestions/history.ts";
import { rowsAtOnce, type ViewPage, type ViewSection, type ViewTable } from "../../../../src/protocol/view.ts";
import { viewMessages } from "../../../../src/protocol/viewShapes.ts";
import * as fake from "../fakeVscode.ts";
import { freshInputs } from "../status/inputs.ts";

const { pageMaker } = await import("../../../../src/editor/perplexity/page.ts");
const { ShownTables } = await import("../../../../src/editor/perplexity/shownTables.ts");
const { rangeOf } = await import("../../../../src/editor/perplexity/filesSection.ts");
const { countsOf, nothingStored } = await import("../../../../src/editor/perplexity/storedFacts.ts");

const nothing: PageInputs = {
	status: freshInputs,
	live: undefined,
	stored: nothingStored,
	memoryMiB: 64,
	usedBytes: 2 ** 27,
	measurements: null,
	days: {},
	isCounted: true,
};

/** The page as it is sent at first. Every page must be one that its script takes. */
function pageOf(inputs: Partial<PageInputs>): ViewPage {
	const tables = new ShownTables();
	const { words, sections } = pageMaker()({ ...nothing, ...inputs });
	const page = { words, sections: sections.map((section) => tables.section(section)) };
	const refused: string[] = [];
	viewMessages.receive(
		JSON.parse(JSON.stringify({ type: "show", page })),
		() => {},
		(reason) => refused.push(reason),
	);
	assert.deepEqual(refused, []);
	return page;
}

function sectionOf(inputs: Partial<PageInputs>, id: string): ViewSection {
	const section = pageOf(inputs).sections.find((one) => one.id === id);
	assert.ok(section, id);
	return section;
}

function tableOf({ tables }: ViewSection, title: string): string[][] {
	const table = tables.find((one) => one.title === title);
	assert.ok(table, `${title} is not among ${tables.map((one) => one.title).join(", ")}`);
	return rowsOf(table);
}

function rowsOf({ columns, rows }: ViewTable): string[][] {
	for (const { cells } of rows) assert.equal(cells.length, columns.length);
	return rows.map(({ cells }) => [...cells]);
}

const curve: TrainingCurve = {
	begunAt: "2026-01-01T10:00:00Z",
	end: "budget",
	train: [
		{ seconds: 1, characters: 1000, bpc: 4 },
		{ seconds: 60, characters: 90_000, bpc: 2 },
	],
	heldOut: [
		{ seconds: 0, characters: 0, bpc: 3 },
		{ seconds: 60, characters: 90_000, bpc: 1 },
	],
};

describe("The perplexity view", () => {
	it("says what is missing where nothing is known yet, and offers a training", () => {
		const page = pageOf({});
		for (const { lines, bars, notes } of page.sections) {
			assert.equal(lines, null);
			assert.equal(bars, null);
			assert.ok(notes.length > 0);
		}
		assert.deepEqual(
			sectionOf({}, "curve").actions.map(({ action }) => action),
			["train"],
		);
		const untrusted = sectionOf({ status: { ...freshInputs, trusted: false } }, "curve");
		assert.deepEqual(untrusted.actions, []);
		assert.match(untrusted.notes.join(" "), /trusted workspace/);
		assert.match(sectionOf({ status: { ...freshInputs, hasFolder: false } }, "curve").notes.join(" "), /Open a folder/);
		const virtual = sectionOf({ status: { ...freshInputs, isOnDisk: false } }, "curve");
		assert.deepEqual(virtual.actions, []);
		assert.match(virtual.notes.join(" "), /no folder is on a disk/);
		assert.match(sectionOf({ isCounted: false }, "suggestions").notes.join(" "), /not counted, by a setting/);
	});

	it("has a table for each chart, with the same numbers", () => {
		const days = { "2026-01-31": { go: { ...noCounts, shown: 3, accepted: 2, characters: 40 } } };
		const file = { path: "a.ts", characters: 100, network: 2, memory: 3, mixture: 1 };
		const measurements = { now: { trainedAt: "now", files: [file] }, before: null };
		const page = pageOf({ live: curve, days, measurements });
		const drawn = page.sections.filter(({ lines, bars }) => lines !== null || bars !== null);
		assert.equal(drawn.length, 3);
		for (const { tables } of drawn) assert.equal(tables.filter(({ isOfChart }) => isOfChart).length, 1);
	});

	describe("shows learning curves", () => {
		const old: TrainingCurve = { ...curve, begunAt: "2025-06-01T10:00:00Z", end: "stopped" };

		it("of the training that runs, as far as this window knows it, and of earlier ones from disk", () => {
			const live = { ...curve, end: null, heldOut: curve.heldOut.slice(0, 1) };
			const training = { phase: "training", fraction: 0.5, trainBpc: null, validationBpc: null } as TrainingProgress;
			const status = { ...freshInputs, training: { ...training, charactersPerSecond: 2000, leftSeconds: 90 } };
			const stored = { ...nothingStored, curves: [old, { ...live, train: [] }] };
			const section = sectionOf({ status, live, stored }, "curve");
			const shown = section.lines?.lines.map(({ isHeldOut, isNewest, points }) => [isHeldOut, isNewest, points.length]);
			assert.deepEqual(shown, [
				[false, false, 2],
				[true, false, 2],
				[false, true, 2],
				[true, true, 1],
			]);
			assert.match(section.notes.join(" "), /50% · 2K characters\/s · 90 sec left/);
			assert.deepEqual(
				section.actions.map(({ action }) => action),
				["stopTraining"],
			);
			const trainings = tableOf(section, "Trainings so far");
			assert.deepEqual(
				trainings.map((cells) => [cells[3], cells[4], cells[5]]),
				[
					["8.0", "8.0", "running"],
					["8.0", "2.0", "stopped"],
				],
			);
		});

		it("with their numbers in the order of time", () => {
			const section = sectionOf({ live: curve }, "curve");
			const [table] = section.tables;
			assert.ok(table);
			assert.deepEqual(rowsOf(table), [
				["0 sec", "0", "", "3"],
				["1 sec", "1,000", "4", ""],
				["60 sec", "90,000", "2", ""],
				["60 sec", "90,000", "", "1"],
			]);
		});

		it("of the last few trainings, and a table that can be read of a long one", () => {
			const curves = Array.from({ length: 12 }, (_, i) => ({ ...curve, begunAt: `2025-01-${10 + i}T00:00:00Z` }));
			const long = Array.from({ length: 200 }, (_, i) => ({ seconds: i, characters: i, bpc: 2 }));
			const live = { ...curve, train: long };
			const section = sectionOf({ live, stored: { ...nothingStored, curves } }, "curve");
			assert.equal(section.lines?.lines.length, 12);
			assert.ok((section.tables[0]?.rowCount ?? 0) < 60);
		});
	});

	describe("shows files", () => {
		const measured = (path: string, characters: number, network: number) => ({
			path,
			characters,
			network,
			memory: network + 1,
			mixture: network - 1,
		});

		it("and languages, each file with what opens it, and with the model before where that was measured", () => {
			fake.extensions.all.push({
				packageJSON: { contributes: { languages: [{ id: "kiwi", extensions: [".KIWI"], aliases: ["Kiwi"] }] } },
			});
			const measurements = {
				now: {
					trainedAt: "2",
					files: [measured("a.kiwi", 100, 2), measured("b.kiwi", 300, 3), measured("c.zzz", 10, 1)],
				},
				before: { trainedAt: "1", files: [measured("a.kiwi", 100, 4)] },
			};
			const section = sectionOf({ measurements }, "files");
			assert.deepEqual(tableOf(section, "By language"), [
				["Kiwi", "400", "6.7", "13.5", "3.4", "16.0", "8.0"],
				[".zzz", "10", "2.0", "4.0", "1.0", "", ""],
			]);
			assert.deepEqual(tableOf(section, "By file"), [
				["a.kiwi", "100", "4.0", "8.0", "2.0", "16.0", "8.0"],
				["b.kiwi", "300", "8.0", "16.0", "4.0", "", ""],
				["c.zzz", "10", "2.0", "4.0", "1.0", "", ""],
			]);
			const byFile = section.tables.find(({ title }) => title === "By file");
			assert.deepEqual(
				byFile?.rows.map(({ file }) => file),
				["a.kiwi", "b.kiwi", "c.zzz"],
			);
			assert.deepEqual(rangeOf(measurements), { least: 1, greatest: 3 });
		});

		it("of more files than a call may have arguments", () => {
			const files = Array.from({ length: 300_000 }, (_, i) => measured(`${i}.ts`, 100, 2 + (i % 7)));
			assert.deepEqual(rangeOf({ now: { trainedAt: "2", files }, before: null }), { least: 2, greatest: 8 });
		});

		it("of which few rows are sent, where there are five thousand of them and a month of counts", () => {
			const files = Array.from({ length: 5000 }, (_, i) => measured(`src/folder/file${i}.ts`, 100, 2));
			const languages = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`language${i}`, noCounts]));
			const days = Object.fromEntries(
				Array.from({ length: 31 }, (_, i) => [`2026-01-${`${i + 1}`.padStart(2, "0")}`, languages]),
			);
			const page = pageOf({ measurements: { now: { trainedAt: "1", files }, before: null }, days });
			const tables = page.sections.flatMap((section) => section.tables);
			assert.deepEqual(
				tables.filter(({ rowCount, rows }) => rows.length < rowCount).map(({ id, rowCount }) => [id, rowCount]),
				[["files", 5000]],
			);
			for (const { rows } of tables) assert.ok(rows.length <= rowsAtOnce);
			assert.ok(JSON.stringify(page).length < 50_000, "what is sent to open the view");
		});
	});

	it("is made anew only where what it shows has changed: while a training runs, nothing but its curve", () => {
		const make = pageMaker();
		const files = [{ path: "a.ts", characters: 100, network: 2, memory: 3, mixture: 1 }];
		const inputs = { ...nothing, live: curve, measurements: { now: { trainedAt: "1", files }, before: null } };
		const before = make(inputs).sections;
		const progress = { phase: "training", fraction: 0.5, trainBpc: 2 } as TrainingProgress;
		const after = make({ ...inputs, status: { ...inputs.status, training: progress } }).sections;
		assert.deepEqual(
			after.filter((section, at) => section !== before[at]).map(({ id }) => id),
			["curve"],
		);
	});

	it("sends earlier curves, which are thin lines, with few points each", () => {
		const many = Array.from({ length: 200 }, (_, i) => ({ seconds: i, characters: i, bpc: 2 }));
		const curves = Array.from({ length: 5 }, (_, i) => ({
			...curve,
			begunAt: `2025-01-${10 + i}T00:00:00Z`,
			train: many,
			heldOut: many,
		}));
		const section = sectionOf(
			{ live: { ...curve, train: many, heldOut: many }, stored: { ...nothingStored, curves } },
			"curve",
		);
		for (const { isNewest, points } of section.lines?.lines ?? []) {
			assert.ok(isNewest ? points.length === 200 : points.length <= 51);
			assert.deepEqual(points.at(-1), many.at(-1));
		}
	});

	it("shows what suggestions did, the newest day first", () => {
		const counts = {
			...noCounts,
			shown: 4,
			accepted: 2,
			parts: 1,
			typedOver: 1,
			characters: 60,
			answers: [3, 1, 0, 0, 0, 0, 0],
		};
		const days = { "2026-01-30": { go: noCounts }, "2026-01-31": { go: counts, "": noCounts } };
		const section = sectionOf({ days }, "suggestions");
		assert.deepEqual(tableOf(section, "By day"), [
			["Jan 31, 2026", "4", "2", "1", "1", "60", "9 sec", "5 ms"],
			["Jan 30, 2026", "0", "0", "0", "0", "0", "0 sec", ""],
		]);
		assert.deepEqual(
			tableOf(section, "By language").map(([name]) => name),
			["go", "other languages"],
		);
		assert.deepEqual(
			section.actions.map(({ action }) => action),
			["resetStatistics", "openSettings"],
		);
	});

	it("shows what the model is and takes, what it read, and what was left out and why", () => {
		const report: CorpusReport = {
			used: [
				{ path: "a", bytes: 1, heldOut: true, digest: "", masked: 2 },
				{ path: "b", bytes: 1, heldOut: false, digest: "", masked: 1 },
			],
			leftOut: [
				{ path: "c", reason: "secret" },
				{ path: "d/", reason: "ignored" },
				{ path: "e/", reason: "ignored" },
			],
		};
		const model = {
			trainedAt: "2026-01-01T10:00:00Z",
			characters: 5_000_000,
			corpusCharacters: 1_000_000,
			files: 2,
			cpuSeconds: 360,
			validationBpc: 1,
			initialBpc: 2,
			mixtureBpc: null,
			initialMixtureBpc: null,
			cell: "gru",
			hidden: 256,
			layers: 1,
			parameters: 300_000,
		};
		const stored = { ...nothingStored, ...countsOf(report), sizes: new Map([["model" as const, 2 ** 20]]) };
		const section = sectionOf({ status: { ...freshInputs, model }, stored }, "model");
		const facts = new Map(tableOf(section, "What it is and what it takes").map(([what, fact]) => [what, fact]));
		assert.equal(facts.get("Perplexity on held-out files"), "2.0 per character (1 bits)");
		assert.equal(facts.get("Network"), "GRU, 1 × 256 units");
		assert.equal(facts.get("Held out of them, to measure the model"), "1 file");
		assert.equal(facts.get("Secrets masked in them"), "3");
		assert.equal(facts.get("On disk: the model"), "1 MiB");
		assert.equal(facts.get("RAM of the process that completes, all in all"), "128 MiB");
		assert.deepEqual(tableOf(section, "Left out of the last training"), [
			["named in .gitignore or .inklingignore", "2"],
			["may hold secrets", "1"],
		]);
	});
});

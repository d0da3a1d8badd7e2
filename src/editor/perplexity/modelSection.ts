/** The section of what the model is, what it read, and what it takes. */
import { env, l10n } from "vscode";
import { cellName } from "../../domain/cells.ts";
import type { LeftOutReason } from "../../domain/corpus.ts";
import { heldOutBpc, type ModelSummary, perplexity } from "../../domain/model.ts";
import { countedCharacters, countedFiles } from "../status/counts.ts";
import { Format } from "../status/format.ts";
import { leftOutSentence } from "../status/sentences.ts";
import type { StatusInputs } from "../status/statusState.ts";
import { memorySentence } from "../status/statusText.ts";
import type { StoredFacts } from "./storedFacts.ts";
import { numberCell, numbersTable, type Row, row, type Section, section, textCell } from "./tables.ts";

const format = new Format(env.language);

export function modelSection(
	model: ModelSummary | null,
	base: ModelSummary | null,
	memory: StatusInputs["memory"],
	{ used, leftOut, sizes }: StoredFacts,
	memoryMiB: number,
	usedBytes: number | null,
): Section {
	const memoryText = memorySentence(memory);
	const facts: [what: string, fact: string][] = [
		...(model === null ? baseFacts(base) : modelFacts(model)),
		...(used === null
			? []
			: [
					pair(l10n.t("Files of the last training"), countedFiles(used.files)),
					pair(l10n.t("Held out of them, to measure the model"), countedFiles(used.heldOut)),
					pair(l10n.t("Secrets masked in them"), format.integer(used.masked)),
				]),
		...(memoryText === "" ? [] : [pair(l10n.t("Memory"), memoryText.replace(/^[^:]*: /, ""))]),
		pair(l10n.t("Memory, at most, in RAM and on disk"), format.bytes(memoryMiB * 2 ** 20)),
		...(usedBytes === null
			? []
			: [pair(l10n.t("RAM of the process that completes, all in all"), format.bytes(usedBytes))]),
		...diskFacts(sizes),
	];
	const rows = [...leftOut]
		.sort(([, one], [, other]) => other - one)
		.map(([reason, count]) =>
			row([textCell(leftOutSentence(reason as LeftOutReason)), numberCell(count, (value) => format.integer(value))]),
		);
	return section("model", l10n.t("The model"), {
		notes: model === null && base === null ? [l10n.t("There is no model yet; Inkling suggests from its memory.")] : [],
		actions: used === null ? [] : [{ label: l10n.t("Show Files Used for Training"), action: "showFiles" }],
		tables: [
			factsTable(facts),
			...(rows.length === 0
				? []
				: [
						numbersTable(
							"leftOut",
							l10n.t("Left out of the last training"),
							[l10n.t("Reason"), l10n.t("Files and folders")],
							rows,
						),
					]),
		],
	});
}

function factsTable(facts: readonly (readonly [what: string, fact: string])[]) {
	const rows: Row[] = facts.map(([what, fact]) => row([textCell(what), textCell(fact)]));
	return {
		id: "facts",
		title: l10n.t("What it is and what it takes"),
		isOfChart: false,
		columns: [
			{ title: l10n.t("What"), isNumber: false },
			{ title: l10n.t("How much"), isNumber: false },
		],
		rows,
	};
}

function modelFacts(model: ModelSummary): [string, string][] {
	const { now: validationBpc, before: initialBpc } = heldOutBpc(model);
	const { trainedAt, cpuSeconds, characters, corpusCharacters, files } = model;
	return [
		...(validationBpc === null
			? []
			: [
					pair(
						l10n.t("Perplexity on held-out files"),
						l10n.t("{perplexity} per character ({bits} bits)", {
							perplexity: format.perplexity(perplexity(validationBpc)),
							bits: format.short(validationBpc),
						}),
					),
				]),
		...(initialBpc === null
			? []
			: [pair(l10n.t("Before the first training"), format.perplexity(perplexity(initialBpc)))]),
		pair(l10n.t("Trained"), format.date(trainedAt)),
		pair(l10n.t("Processor time"), format.duration(cpuSeconds)),
		pair(
			l10n.t("Text"),
			l10n.t("{characters} in {files}", {
				characters: countedCharacters(corpusCharacters),
				files: countedFiles(files),
			}),
		),
		pair(l10n.t("Read, with repetition"), countedCharacters(characters)),
		...networkFacts(model),
	];
}

function baseFacts(base: ModelSummary | null): [string, string][] {
	if (base === null) return [];
	return [
		pair(l10n.t("Model"), l10n.t("the base model, which has read text of many projects and none of yours")),
		...(base.validationBpc === null
			? []
			: [pair(l10n.t("Perplexity on text of such projects"), format.perplexity(perplexity(base.validationBpc)))]),
		...networkFacts(base),
	];
}

function networkFacts({ cell, hidden, layers, parameters }: ModelSummary): [string, string][] {
	return [
		pair(
			l10n.t("Network"),
			l10n.t("{cell}, {layers} × {hidden} units", {
				cell: cellName(cell),
				layers: format.integer(layers),
				hidden: format.integer(hidden),
			}),
		),
		pair(l10n.t("Parameters"), format.integer(parameters)),
	];
}

function diskFacts(sizes: StoredFacts["sizes"]): [string, string][] {
	const names: Readonly<Record<string, string>> = {
		model: l10n.t("On disk: the model"),
		training: l10n.t("On disk: a training to go on with"),
		corpus: l10n.t("On disk: the list of files"),
		curves: l10n.t("On disk: learning curves"),
		settled: l10n.t("On disk: the files that bring no more"),
		memory: l10n.t("On disk: the memory"),
		perplexities: l10n.t("On disk: what was measured of files"),
	};
	return Object.entries(names).flatMap(([name, what]) => {
		const bytes = sizes.get(name as never);
		return bytes === undefined ? [] : [pair(what, format.bytes(bytes))];
	});
}

function pair(what: string, fact: string): [string, string] {
	return [what, fact];
}

/** The status bar item: state and perplexity at a glance, details in its tooltip, the menu on a click. */
import * as vscode from "vscode";
import { cellName } from "../../domain/cells.ts";
import type { MemoryState } from "../../domain/memory.ts";
import type { ModelSummary } from "../../domain/model.ts";
import { heldOutBpc, perplexity } from "../../domain/model.ts";
import type { Inkling } from "../inkling.ts";
import { rangeOf } from "../perplexity/filesSection.ts";
import { commands, inlineSuggest, statusItemId } from "../settings/names.ts";
import { Hover, type Link } from "../shown.ts";
import type { Statistics } from "../suggestions/statistics.ts";
import { isStopping } from "../training/trainingText.ts";
import { countedCharacters, countedFiles } from "./counts.ts";
import { Format } from "./format.ts";
import { onOffSentence } from "./onOffText.ts";
import type { StatusInputs, StatusKind } from "./statusState.ts";
import { memorySentence, type StatusText, statusText } from "./statusText.ts";

const format = new Format(vscode.env.language);

/** Right of the language mode and the like, left of the bell. */
const PRIORITY = 50;

const openSettings = "workbench.action.openSettings";

/** The only commands that a link in the tooltip may run. */
const linked: readonly string[] = [
	openSettings,
	commands.toggleEnabled,
	commands.toggleLanguage,
	commands.train,
	commands.stopTraining,
	commands.pauseTraining,
	commands.resumeTraining,
	commands.showPerplexity,
	commands.showFiles,
	commands.showFirstSteps,
	commands.showLog,
];

export class StatusItem implements vscode.Disposable {
	readonly #inkling: Inkling;
	readonly #item: vscode.StatusBarItem;
	readonly #listener: vscode.Disposable;
	#status: StatusText | undefined;

	constructor(inkling: Inkling) {
		this.#inkling = inkling;
		this.#item = vscode.window.createStatusBarItem(statusItemId, vscode.StatusBarAlignment.Right, PRIORITY);
		this.#item.name = "Inkling";
		this.#item.command = commands.showMenu;
		this.#listener = inkling.onDidChange(() => this.#update());
		this.#update();
		this.#item.show();
	}

	/** What the item shows now. */
	get status(): StatusText {
		return this.#status ?? this.#update();
	}

	/** What its tooltip says, as Markdown. */
	get hover(): string {
		const { tooltip } = this.#item;
		return typeof tooltip === "string" ? tooltip : (tooltip?.value ?? "");
	}

	dispose(): void {
		this.#listener.dispose();
		this.#item.dispose();
	}

	#update(): StatusText {
		const { statusInputs, statistics, openFile, measurements } = this.#inkling;
		const status = statusText(statusInputs);
		this.#status = status;
		this.#item.text = status.text;
		this.#item.tooltip = tooltip(
			status,
			statusInputs,
			statistics.statistics,
			openFile.bpc,
			rangeOf(measurements.measurements),
		);
		this.#item.accessibilityInformation = { label: status.sentence, role: "button" };
		this.#item.backgroundColor =
			status.kind === "error" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
		return status;
	}
}

function tooltip(
	status: StatusText,
	inputs: StatusInputs,
	statistics: Statistics,
	openFile: number | undefined,
	range: ReturnType<typeof rangeOf>,
): vscode.MarkdownString {
	const { model, base, memory } = inputs;
	const suggestions = onOffSentence(inputs);
	const facts = [
		...(suggestions === status.sentence ? [] : [suggestions]),
		...(model ? modelFacts(model) : base ? baseFacts(base) : []),
		...openFileFacts(openFile, range),
		...memoryFacts(memory),
		...statisticsFacts(statistics),
	];
	return new Hover(linked).paragraph(status.sentence).list(facts).links(links(status, inputs)).markdown;
}

function modelFacts(model: ModelSummary): string[] {
	const { cell, hidden, layers, parameters, characters, files, cpuSeconds, trainedAt } = model;
	const { now: validationBpc, before: initialBpc } = heldOutBpc(model);
	const facts = [];
	if (validationBpc !== null) {
		const now = format.perplexity(perplexity(validationBpc));
		const bits = format.short(validationBpc);
		facts.push(
			vscode.l10n.t(
				"In files that it has not read, it hesitates among {now} characters: perplexity {now}, {bits} bits",
				{
					now,
					bits,
				},
			),
		);
	}
	if (initialBpc !== null)
		facts.push(
			vscode.l10n.t("In the same files before the first training: {before}", {
				before: format.perplexity(perplexity(initialBpc)),
			}),
		);
	facts.push(
		vscode.l10n.t("Trained: {date}, {duration} of processor time, {characters} read in {files}", {
			date: format.date(trainedAt),
			duration: format.duration(cpuSeconds),
			characters: countedCharacters(characters),
			files: countedFiles(files),
		}),
		networkFact({ cell, hidden, layers, parameters }),
	);
	return facts;
}

function baseFacts(base: ModelSummary): string[] {
	const { validationBpc, characters } = base;
	const facts = [];
	if (validationBpc !== null)
		facts.push(
			vscode.l10n.t("Base model: perplexity {perplexity} per character on text of many projects, none of it yours", {
				perplexity: format.perplexity(perplexity(validationBpc)),
			}),
		);
	facts.push(
		vscode.l10n.t("It has read {characters}", { characters: countedCharacters(characters) }),
		networkFact(base),
	);
	return facts;
}

type Network = Pick<ModelSummary, "cell" | "hidden" | "layers" | "parameters">;

function networkFact({ cell, hidden, layers, parameters }: Network): string {
	return vscode.l10n.t("Network: {cell}, {layers} × {hidden} units, {parameters} parameters", {
		cell: cellName(cell),
		layers: format.integer(layers),
		hidden: format.integer(hidden),
		parameters: format.short(parameters),
	});
}

/** Perplexities of the network; of the open file as far as it is measured. */
function openFileFacts(bpc: number | undefined, range: ReturnType<typeof rangeOf>): string[] {
	if (bpc === undefined) return [];
	const file = format.perplexity(perplexity(bpc));
	if (range === undefined) return [vscode.l10n.t("This file: {file} per character", { file })];
	const least = format.perplexity(perplexity(range.least));
	const most = format.perplexity(perplexity(range.greatest));
	return [vscode.l10n.t("This file: {file} per character; your files: {least}–{most}", { file, least, most })];
}

function memoryFacts(memory: MemoryState | null): string[] {
	const sentence = memorySentence(memory);
	return sentence === "" ? [] : [sentence];
}

function statisticsFacts(statistics: Statistics): string[] {
	const { shown, accepted, acceptedCharacters, wordCharacters, medianMilliseconds } = statistics;
	const facts = [];
	if (shown > 0)
		facts.push(
			vscode.l10n.t("Suggestions: {shown} shown, {accepted} accepted, which saved typing {characters}", {
				shown: format.integer(shown),
				accepted: format.integer(accepted),
				characters: countedCharacters(acceptedCharacters + wordCharacters),
			}),
		);
	if (medianMilliseconds !== null)
		facts.push(vscode.l10n.t("Time to answer: {median} (median)", { median: format.milliseconds(medianMilliseconds) }));
	return facts;
}

function links({ kind }: StatusText, { language, training: progress }: StatusInputs): Link[] {
	const stop = { title: vscode.l10n.t("Stop Training"), command: commands.stopTraining };
	const training =
		isStopping(progress) || kind === "elsewhere" || kind === "forcedOff"
			? []
			: kind === "training"
				? [{ title: vscode.l10n.t("Pause Training"), command: commands.pauseTraining }, stop]
				: kind === "paused"
					? [{ title: vscode.l10n.t("Resume Training"), command: commands.resumeTraining }, stop]
					: [{ title: vscode.l10n.t("Train on Workspace"), command: commands.train }];
	return [
		...wayBack(kind, language ?? ""),
		...training,
		{ title: vscode.l10n.t("Show Perplexity"), command: commands.showPerplexity },
		{ title: vscode.l10n.t("Show Files"), command: commands.showFiles },
		{ title: vscode.l10n.t("First Steps"), command: commands.showFirstSteps },
		{ title: vscode.l10n.t("Show Log"), command: commands.showLog },
	];
}

/** Out of a state in which suggestions are off. */
function wayBack(kind: StatusKind, language: string): Link[] {
	switch (kind) {
		case "offEverywhere":
		case "off":
			return [{ title: vscode.l10n.t("Enable"), command: commands.toggleEnabled }];
		case "languageOff":
			return [{ title: vscode.l10n.t("Enable for {language}", { language }), command: commands.toggleLanguage }];
		case "editorOff":
			return [{ title: vscode.l10n.t("Open Settings"), command: openSettings, args: [inlineSuggest] }];
		default:
			return [];
	}
}

/** The privacy report in words: what of Inkling can be proven, where its data lies, and what it has left out. */
import { env, l10n } from "vscode";
import type { CorpusReport, LeftOutReason } from "../../domain/corpus.ts";
import type { MemoryState } from "../../domain/memory.ts";
import { storageFiles } from "../../domain/storage.ts";
import { settings as names } from "../settings/names.ts";
import { countedFiles } from "../status/counts.ts";
import { Format } from "../status/format.ts";
import { leftOutSentence } from "../status/sentences.ts";
import { memorySentence } from "../status/statusText.ts";
import type { PresentCorpus } from "../training/presentCorpus.ts";
import type { PackageFile } from "./packageFacts.ts";

const format = new Format(env.language);

/** Names of files that are listed of each kind. */
const mostNamed = 100;

export interface PrivacyFacts {
	readonly version: string;
	readonly vscodeVersion: string;
	/** ISO 8601 time of the report. */
	readonly madeAt: string;
	/** Undefined: a build for development, of which nothing is recorded. */
	readonly files: readonly PackageFile[] | undefined;
	/** Folder of the TensorFlow.js that trainings run; null: they run Inkling's own engine. */
	readonly tensorflow: string | null;
	/** Folder of what is learned; undefined where nothing is kept. */
	readonly storage: string | undefined;
	/** Bytes on disk, by the names of `storageFiles`. */
	readonly sizes: ReadonlyMap<keyof typeof storageFiles, number>;
	/** Undefined: there is nothing to list, or it may not be read. */
	readonly corpus: PresentCorpus | undefined;
	readonly memory: MemoryState | null;
	readonly trusted: boolean;
	readonly forcedOff: boolean;
	readonly exportForbidden: boolean;
}

/** Lines of a plain text. */
export function privacyReport(facts: PrivacyFacts): readonly string[] {
	const { version, vscodeVersion, madeAt } = facts;
	return [
		l10n.t("Privacy report of Inkling {version}", { version }),
		l10n.t("Made on {date} with VS Code {version}.", { date: format.date(madeAt), version: vscodeVersion }),
		l10n.t("It names files of your workspace, but holds no text of them."),
		...chapter(l10n.t("1. Nothing leaves this machine"), networkLines(facts)),
		...chapter(l10n.t("2. Where data lies"), storageLines(facts)),
		...chapter(l10n.t("3. What was read, masked and left out"), corpusLines(facts)),
		...chapter(l10n.t("4. Policies of this machine"), policyLines(facts)),
	];
}

function chapter(title: string, lines: readonly string[]): string[] {
	return ["", title, "", ...lines];
}

function networkLines({ files, tensorflow }: PrivacyFacts): string[] {
	return [
		l10n.t("Inkling has no telemetry, no account and no network code."),
		...(files === undefined
			? [l10n.t("This is a build for development: its programs were not searched for network code.")]
			: [
					l10n.t(
						"When this package was built, its programs were searched for network modules, for network functions and for ways around them:",
					),
					...files.flatMap(({ name, network }) => (network === undefined ? [] : [`    ${name}: ${verdict(network)}`])),
					"",
					...digestLines(files),
				]),
		"",
		tensorflow === null
			? l10n.t("Trainings run the engine that comes with Inkling.")
			: l10n.t(
					"Trainings run the TensorFlow.js in {folder}, which you have installed. Its code is not part of Inkling, and nobody has searched it here.",
					{ folder: tensorflow },
				),
	];
}

function verdict(network: readonly string[]): string {
	return network.length === 0
		? l10n.t("none found")
		: l10n.t("none, but for one place that loads the TensorFlow.js that you have installed, if a setting asks for it");
}

function digestLines(files: readonly PackageFile[]): string[] {
	const isWhole = files.every(({ isAsBuilt }) => isAsBuilt);
	return [
		l10n.t("The files that Inkling runs, with their SHA-256 as they are on disk now:"),
		...files.map(({ name, bytes, sha256, isAsBuilt }) =>
			sha256 === null || bytes === null
				? `    ${name}: ${l10n.t("cannot be read")}`
				: `    ${sha256}  ${name}, ${format.bytes(bytes)}${isAsBuilt ? "" : `: ${l10n.t("NOT AS IT WAS BUILT")}`}`,
		),
		isWhole
			? l10n.t("All of them are as they were built.")
			: l10n.t("Some are not as they were built: install Inkling anew from a package that you trust."),
		l10n.t(
			"The record of the build comes with the package (dist/shipped.json). To rule out that both were exchanged, compare these numbers with those of a package that you built yourself.",
		),
	];
}

function storageLines({ storage, sizes, trusted }: PrivacyFacts): string[] {
	if (storage === undefined)
		return [l10n.t("Nothing is kept on disk: what is learned in this window is gone with it.")];
	const texts: Readonly<Record<keyof typeof storageFiles, string>> = {
		model: l10n.t("the trained model"),
		training: l10n.t("what a training needs to go on"),
		corpus: l10n.t("names and digests of the files that the last training used and left out"),
		curves: l10n.t("learning curves, numbers only"),
		settled: l10n.t("names and digests of the files of the last training that found no more to learn"),
		memory: l10n.t("the memory of files and of what you typed; it holds text"),
		perplexities: l10n.t("how well the files that were held out are predicted, and their names"),
		experience: l10n.t("how sure the last suggestions were and whether they were right, numbers only"),
	};
	const rows = [...sizes].map(([name, bytes]) => `    ${storageFiles[name]}, ${format.bytes(bytes)}: ${texts[name]}`);
	const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
	return [
		l10n.t("What is learned lies in this folder, and nowhere else:"),
		`    ${storage}`,
		...rows,
		`    ${l10n.t("In all: {size}", { size: format.bytes(total) })}`,
		l10n.t(
			"VS Code itself keeps, in its own store, a summary of the model and the counts of suggestions by day and language: numbers only. For all workspaces it keeps whether you have seen and taken a suggestion, and the folder of your last export.",
		),
		l10n.t("“Inkling: Reset Model and Memory…” deletes all that was learned in this workspace."),
		...(trusted ? [] : [l10n.t("As this workspace is not trusted, nothing is added to it.")]),
	];
}

function corpusLines({ corpus, memory, trusted, forcedOff }: PrivacyFacts): string[] {
	const memoryText = memorySentence(memory);
	const remembered = memoryText === "" ? [] : [memoryText];
	if (!trusted) return [l10n.t("This workspace is not trusted: none of its files is read."), ...remembered];
	if (forcedOff) return [l10n.t("Inkling is turned off on this machine: no file is read."), ...remembered];
	if (corpus === undefined) return [l10n.t("There are no files to read here."), ...remembered];
	const { report, isOfTraining } = corpus;
	return [
		isOfTraining
			? l10n.t("The last training used {files}.", { files: countedFiles(report.used.length) })
			: l10n.t("There was no training yet; one would use {files}.", { files: countedFiles(report.used.length) }),
		...remembered,
		"",
		...maskedLines(report),
		"",
		...leftOutLines(report),
	];
}

function maskedLines({ used }: CorpusReport): string[] {
	const files = used.filter(({ masked }) => masked > 0);
	const total = files.reduce((sum, { masked }) => sum + masked, 0);
	if (total === 0) return [l10n.t("Masked: nothing in these files looked like a password, a key or a token.")];
	return [
		l10n.t("Masked, as it looked like a password, a key or a token: {count} in {files}", {
			count: format.integer(total),
			files: countedFiles(files.length),
		}),
		...named(files.map(({ path, masked }) => `${path}: ${format.integer(masked)}`)),
		l10n.t("No such search is complete: pass a model on only to people who may read these files."),
	];
}

function leftOutLines({ leftOut }: CorpusReport): string[] {
	if (leftOut.length === 0) return [l10n.t("Left out: nothing.")];
	const byReason = new Map<LeftOutReason, string[]>();
	for (const { path, reason } of leftOut) {
		const paths = byReason.get(reason);
		if (paths === undefined) byReason.set(reason, [path]);
		else paths.push(path);
	}
	return [...byReason].flatMap(([reason, paths]) => [
		l10n.t("Left out, {reason}: {count}", { reason: leftOutSentence(reason), count: format.integer(paths.length) }),
		...named(paths),
	]);
}

function named(names: readonly string[]): string[] {
	const more = names.length - mostNamed;
	return [
		...names.slice(0, mostNamed).map((name) => `    ${name}`),
		...(more > 0 ? [`    ${l10n.t("… and {count} more", { count: format.integer(more) })}`] : []),
	];
}

function policyLines({ forcedOff, exportForbidden }: PrivacyFacts): string[] {
	return [
		`${names.forceOff}: ${forcedOff}`,
		`${names.forbidExport}: ${exportForbidden}`,
		l10n.t("These settings can be set for a machine only; nothing in a workspace changes them."),
	];
}

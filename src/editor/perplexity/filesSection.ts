/** The section of how well each held-out file, and each language, is predicted. */
import { env, l10n } from "vscode";
import { perplexity } from "../../domain/model.ts";
import type { FilePerplexity, Measurements } from "../../domain/perplexities.ts";
import { Format } from "../status/format.ts";
import { fileLanguages } from "../status/languageNames.ts";
import { numberCell, numbersTable, type Row, row, type Section, section, textCell } from "./tables.ts";

const format = new Format(env.language);

type Part = "network" | "memory" | "mixture";

interface Group {
	readonly name: string;
	readonly now: readonly FilePerplexity[];
	/** The same files, as far as they were measured with the model before. */
	readonly before: readonly FilePerplexity[];
}

export function filesSection(measurements: Measurements | null): Section {
	const title = l10n.t("Your files");
	if (measurements === null)
		return section("files", title, {
			notes: [
				l10n.t(
					"Inkling measures how well it predicts files that no training has read, in idle time, once it has read the folder and whenever there is another model. It has not done so yet.",
				),
			],
		});
	const { now, before } = measurements;
	const earlier = new Map((before?.files ?? []).map((file) => [file.path, file]));
	const of = (some: readonly FilePerplexity[]) => some.flatMap(({ path }) => earlier.get(path) ?? []);
	const files = now.files.map((file): Group => ({ name: file.path, now: [file], before: of([file]) }));
	const languages = grouped(now.files).map(([name, group]): Group => ({ name, now: group, before: of(group) }));
	const hasBefore = languages.some((group) => group.before.length > 0);
	return section("files", title, {
		notes: [
			l10n.t(
				"The perplexity of each file that no training has read: among how many characters the model hesitates, on average, at each one. The network learns nothing while it predicts; the memory learns each character once it is predicted, as it does while you type. Neither has seen the file.",
			),
		],
		bars: {
			label: l10n.t("Perplexity by language, of the network, of the memory and of both. The table holds the numbers."),
			unit: l10n.t("perplexity"),
			bars: languages.flatMap(({ name, now: group }) =>
				parts.map((part) => ({ group: name, name: partName(part), value: round(perplexity(mean(group, part))) })),
			),
		},
		tables: [
			{
				...table("languages", l10n.t("By language"), l10n.t("Language"), languages, hasBefore, false),
				isOfChart: true,
			},
			table("files", l10n.t("By file"), l10n.t("File"), files, hasBefore, true),
		],
	});
}

/** The least and the greatest bits per character of the network over files; undefined without any. */
export function rangeOf(
	measurements: Measurements | null,
): { readonly least: number; readonly greatest: number } | undefined {
	// A workspace may have more files than a call may have arguments.
	const all = (measurements?.now.files ?? []).map(({ network }) => network).sort((one, other) => one - other);
	const [least, greatest] = [all[0], all.at(-1)];
	return least === undefined || greatest === undefined ? undefined : { least, greatest };
}

const parts: readonly Part[] = ["network", "memory", "mixture"];

function partName(part: Part): string {
	switch (part) {
		case "network":
			return l10n.t("Network alone");
		case "memory":
			return l10n.t("Memory alone");
		case "mixture":
			return l10n.t("Both");
	}
}

/** Files by their language, the language with most text first. */
function grouped(files: readonly FilePerplexity[]): [string, FilePerplexity[]][] {
	const groups = new Map<string, FilePerplexity[]>();
	const languageOf = fileLanguages();
	for (const file of files) {
		const language = languageOf(file.path);
		const group = groups.get(language);
		if (group === undefined) groups.set(language, [file]);
		else group.push(file);
	}
	return [...groups].sort(([, one], [, other]) => charactersOf(other) - charactersOf(one));
}

function charactersOf(files: readonly FilePerplexity[]): number {
	return files.reduce((sum, { characters }) => sum + characters, 0);
}

/** Bits per character of all files together. */
function mean(files: readonly FilePerplexity[], part: Part): number {
	return files.reduce((sum, file) => sum + file[part] * file.characters, 0) / charactersOf(files);
}

function table(id: string, title: string, what: string, groups: readonly Group[], hasBefore: boolean, opens: boolean) {
	const perplexityCell = (files: readonly FilePerplexity[], part: Part) =>
		numberCell(files.length === 0 ? null : perplexity(mean(files, part)), (value) => format.perplexity(value));
	return numbersTable(
		id,
		title,
		[
			what,
			l10n.t("Characters measured"),
			...parts.map((part) => partName(part)),
			...(hasBefore ? [l10n.t("Network alone, with the model before"), l10n.t("Both, with the model before")] : []),
		],
		groups.map(
			({ name, now, before }): Row =>
				row(
					[
						textCell(name),
						numberCell(charactersOf(now), (value) => format.integer(value)),
						...parts.map((part) => perplexityCell(now, part)),
						...(hasBefore ? [perplexityCell(before, "network"), perplexityCell(before, "mixture")] : []),
					],
					opens ? name : null,
				),
		),
	);
}

/** For a chart; hundredths cannot be seen in it. */
function round(value: number): number {
	return Math.round(value * 100) / 100;
}

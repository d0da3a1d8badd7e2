/** The section of what suggestions did, by day and by language. */
import { env, l10n } from "vscode";
import { Format } from "../status/format.ts";
import { languageName } from "../status/languageNames.ts";
import { type DayCounts, type Days, medianLimit, otherLanguages, secondsSaved, sumOf } from "../suggestions/history.ts";
import { numberCell, numbersTable, type Row, row, type Section, section, textCell } from "./tables.ts";

const format = new Format(env.language);

/** Bars that still can be read. */
const mostBars = 14;

/** @param isCounted the user lets suggestions be counted */
export function suggestionsSection(days: Days, isCounted: boolean): Section {
	const title = l10n.t("What suggestions did");
	const privacy = l10n.t(
		"These numbers lie on this machine only and are about this workspace. The time is an estimate: what typing the characters would have taken, less noticing, reading and taking suggestions.",
	);
	const settings = { label: l10n.t("Open Settings"), action: "openSettings" as const };
	const perDay = Object.entries(days).sort(([one], [other]) => (one < other ? 1 : -1));
	const all = perDay.flatMap(([, languages]) => Object.entries(languages));
	if (all.length === 0)
		return section("suggestions", title, {
			notes: [
				isCounted
					? l10n.t("No suggestion has been shown in this workspace yet.")
					: l10n.t("Suggestions are not counted, by a setting."),
				privacy,
			],
			actions: [settings],
		});
	const daySums = perDay.map(([day, languages]) => [day, sumOf(Object.values(languages))] as const);
	const languages = [...new Set(all.map(([language]) => language))].map(
		(language) => [language, sumOf(all.filter(([one]) => one === language).map(([, counts]) => counts))] as const,
	);
	const total = sumOf(all.map(([, counts]) => counts));
	return section("suggestions", title, {
		notes: [
			l10n.t("Suggestions have written {characters} characters, which saved {time}.", {
				characters: format.integer(total.characters),
				time: signedDuration(secondsSaved(total)),
			}),
			privacy,
			...(isCounted ? [] : [l10n.t("Suggestions are not counted any more, by a setting.")]),
		],
		actions: [{ label: l10n.t("Delete These Numbers"), action: "resetStatistics" }, settings],
		bars: {
			label: l10n.t("Characters that suggestions wrote, day by day. The table holds the numbers."),
			unit: l10n.t("characters"),
			bars: daySums
				.slice(0, mostBars)
				.map(([day, { characters }]) => ({ group: "", name: format.day(day), value: characters })),
		},
		tables: [
			{
				...table(
					"days",
					l10n.t("By day"),
					l10n.t("Day"),
					daySums.map(([day, counts]) => [format.day(day), counts]),
				),
				isOfChart: true,
			},
			table(
				"suggestionLanguages",
				l10n.t("By language"),
				l10n.t("Language"),
				languages.map(([language, counts]) => [
					language === otherLanguages ? l10n.t("other languages") : languageName(language),
					counts,
				]),
			),
		],
	});
}

function table(id: string, title: string, what: string, rows: readonly (readonly [string, DayCounts])[]) {
	const integer = (value: number): string => format.integer(value);
	return numbersTable(
		id,
		title,
		[
			what,
			l10n.t("Shown"),
			l10n.t("Taken whole"),
			l10n.t("Words or lines taken"),
			l10n.t("Typed over"),
			l10n.t("Characters saved"),
			l10n.t("Time saved"),
			l10n.t("Half answered within"),
		],
		rows.map(
			([name, counts]): Row =>
				row([
					textCell(name),
					numberCell(counts.shown, integer),
					numberCell(counts.accepted, integer),
					numberCell(counts.parts, integer),
					numberCell(counts.typedOver, integer),
					numberCell(counts.characters, integer),
					numberCell(secondsSaved(counts), signedDuration),
					numberCell(medianLimit(counts), (value) => format.milliseconds(value)),
				]),
		),
	);
}

function signedDuration(seconds: number): string {
	return seconds < 0 ? `−${format.duration(-seconds)}` : format.duration(seconds);
}

/** The section of the learning curves: of the training that runs, and of earlier ones. */
import { env, l10n } from "vscode";
import type { CurvePoint, TrainingCurve } from "../../domain/curve.ts";
import { perplexity } from "../../domain/model.ts";
import type { TrainingEnd } from "../../domain/training.ts";
import type { ChartLine } from "../../protocol/view.ts";
import { Format } from "../status/format.ts";
import type { StatusInputs } from "../status/statusState.ts";
import { isStopping, progressSentence } from "../training/trainingText.ts";
import { numberCell, numbersTable, type Row, row, type Section, section, textCell } from "./tables.ts";

const format = new Format(env.language);

/** More curves in one picture cannot be told apart. */
const mostShown = 6;
/** Rows of the table of a curve. */
const mostRows = 40;
/** Points of an earlier curve, which is a thin line: the curves are sent again and again while a training runs. */
const mostEarlierPoints = 50;

/** @param live the curve of the training that runs, or ran last in this window */
export function curveSection(
	training: StatusInputs["training"],
	trusted: boolean,
	hasFolder: boolean,
	isOnDisk: boolean,
	stored: readonly TrainingCurve[],
	live: TrainingCurve | undefined,
): Section {
	const curves = together(stored, live).slice(-mostShown);
	const newest = curves.at(-1);
	const title = l10n.t("How training went");
	const notes = [
		l10n.t(
			"Bits per character say how surprised the model is at each character, on average: the fewer the better. Two to their power is the perplexity. Only text that is held out, which training never reads, shows what the model has understood.",
		),
		...(training === null ? [] : [l10n.t("Inkling is training: {progress}", { progress: progressSentence(training) })]),
		...(newest === undefined ? [noneYet(trusted, hasFolder, isOnDisk)] : []),
	];
	const actions =
		training === null
			? isOnDisk && trusted
				? [{ label: l10n.t("Train on Workspace"), action: "train" as const }]
				: []
			: isStopping(training)
				? []
				: [{ label: l10n.t("Stop Training"), action: "stopTraining" as const }];
	if (newest === undefined) return section("curve", title, { notes, actions });
	return section("curve", title, {
		notes,
		actions,
		lines: {
			label: l10n.t("Learning curves of {count} trainings, the newest begun {date}. The table holds the numbers.", {
				count: format.integer(curves.length),
				date: format.date(newest.begunAt),
			}),
			unit: l10n.t("bits per character"),
			lines: curves.flatMap((curve) => (curve === newest ? linesOf(curve, true) : earlierLines(curve))),
		},
		tables: [
			{ ...newestTable(newest), isOfChart: true },
			...(curves.length > 1 ? [trainingsTable(curves.toReversed(), training !== null)] : []),
		],
	});
}

function noneYet(trusted: boolean, hasFolder: boolean, isOnDisk: boolean): string {
	if (!hasFolder) return l10n.t("Open a folder first: Inkling trains on the files of a workspace.");
	if (!isOnDisk) return l10n.t("Inkling cannot train here: no folder is on a disk.");
	if (!trusted) return l10n.t("Training needs a trusted workspace.");
	return l10n.t("Nothing has been trained in this workspace yet.");
}

/** All curves, the oldest first. The one on disk may be behind the one in this window. */
function together(stored: readonly TrainingCurve[], live: TrainingCurve | undefined): readonly TrainingCurve[] {
	if (live === undefined) return stored;
	return [...stored.filter(({ begunAt }) => begunAt !== live.begunAt), live];
}

function linesOf({ train, heldOut }: TrainingCurve, isNewest: boolean): ChartLine[] {
	return [
		{ name: l10n.t("training text"), isHeldOut: false, isNewest, points: train },
		{ name: l10n.t("held-out text"), isHeldOut: true, isNewest, points: heldOut },
	];
}

function newestTable({ train, heldOut, begunAt }: TrainingCurve) {
	const points = thinned([
		...train.map((point) => ({ ...point, isHeldOut: false })),
		...heldOut.map((point) => ({ ...point, isHeldOut: true })),
	]);
	return numbersTable(
		"curve",
		l10n.t("The training begun {date}", { date: format.date(begunAt) }),
		[
			l10n.t("Time"),
			l10n.t("Characters read"),
			l10n.t("Training text, bits per character"),
			l10n.t("Held-out text, bits per character"),
		],
		points.map(({ seconds, characters, bpc, isHeldOut }) =>
			row([
				textCell(format.duration(seconds)),
				numberCell(characters, (value) => format.integer(value)),
				numberCell(isHeldOut ? null : bpc, (value) => format.short(value)),
				numberCell(isHeldOut ? bpc : null, (value) => format.short(value)),
			]),
		),
	);
}

function earlierLines(curve: TrainingCurve): ChartLine[] {
	return linesOf(curve, false).map((one) => ({ ...one, points: everyFew(one.points, mostEarlierPoints) }));
}

/** About `most` of the points, evenly, and the last one. */
function everyFew<Point>(points: readonly Point[], most: number): readonly Point[] {
	const step = Math.max(1, Math.ceil(points.length / most));
	return points.filter((_, at) => at % step === 0 || at === points.length - 1);
}

/** In the order of time; every held-out measurement, and of the others as many as there is room for. */
function thinned<Point extends CurvePoint & { readonly isHeldOut: boolean }>(points: readonly Point[]): Point[] {
	const others = points.filter(({ isHeldOut }) => !isHeldOut);
	return [...everyFew(others, mostRows), ...points.filter(({ isHeldOut }) => isHeldOut)].sort(
		(one, other) => one.seconds - other.seconds,
	);
}

/** @param isRunning the first curve is that of a training that runs */
function trainingsTable(newestFirst: readonly TrainingCurve[], isRunning: boolean) {
	const rows = newestFirst.map((curve, at): Row => {
		const { begunAt, train, heldOut } = curve;
		const last = train.at(-1);
		const [first] = heldOut;
		const best = heldOut.length === 0 ? null : Math.min(...heldOut.map(({ bpc }) => bpc));
		const asPerplexity = (bpc: number): string => format.perplexity(perplexity(bpc));
		return row([
			textCell(format.date(begunAt)),
			numberCell(last?.seconds ?? null, (value) => format.duration(value)),
			numberCell(last?.characters ?? null, (value) => format.short(value)),
			numberCell(first?.bpc ?? null, asPerplexity),
			numberCell(best, asPerplexity),
			textCell(at === 0 && isRunning ? l10n.t("running") : endText(curve.end)),
		]);
	});
	const table = numbersTable(
		"trainings",
		l10n.t("Trainings so far"),
		[
			l10n.t("Begun"),
			l10n.t("Time"),
			l10n.t("Characters read"),
			l10n.t("First perplexity"),
			l10n.t("Best perplexity"),
			l10n.t("How it ended"),
		],
		rows,
	);
	const columns = table.columns.map((column, at) => (at === 5 ? { ...column, isNumber: false } : column));
	return { ...table, columns };
}

function endText(end: TrainingEnd | null): string {
	switch (end) {
		case null:
			return l10n.t("cut short");
		case "budget":
			return l10n.t("its time was over");
		case "passes":
			return l10n.t("it made all its passes");
		case "converged":
			return l10n.t("more did not help");
		case "stopped":
			return l10n.t("stopped");
		case "diverged":
			return l10n.t("became unstable");
	}
}

/** `demo`: what Inkling does, in a minute and without an editor. */
import { availableParallelism } from "node:os";
import { chooseValidation, type UsedFiles } from "../../corpus/holdout.ts";
import { perplexity } from "../../domain/model.ts";
import { createEngine } from "../../engines/registry.ts";
import type { Model } from "../../model/checkpoint.ts";
import { Failure } from "../../platform/failure.ts";
import { commonStart } from "../../platform/visibleText.ts";
import { readText, wallBudget } from "../../trainer/composition.ts";
import type { TrainingStart } from "../../trainer/position.ts";
import { type Command, defineCommand } from "../command.ts";
import { type Answer, LocalSession } from "../localSession.ts";
import { type CursorPlace, drawPlaces, type HeldOutText } from "../measure/cursorPlaces.ts";
import { count, cutEnd, cutStart, decimals, percent, visible } from "../terminal/format.ts";
import { type ProgressDisplay, withProgress } from "../terminal/progress.ts";
import { type Output, styled } from "../terminal/terminal.ts";
import { type CommandPlan, minutes, startOf, trainingOptions, trainWith, usedBefore } from "../training.ts";
import { collectFolder, describeFiles } from "../workspace.ts";

const defaultMinutes = 1;
const places = 10;
/** The user waits, so all cores work; beyond this many they wait for each other. */
const mostThreads = 4;

interface Trial {
	readonly place: CursorPlace;
	readonly suggested: string;
	readonly probability: number | null;
	/** How much of the suggestion, from its start, was really written, in UTF-16 units. */
	readonly right: number;
}

export const demoCommand: Command = defineCommand({
	name: "demo",
	summary: "train for a minute, then compare suggestions with what was really written",
	usage: "[FOLDER]",
	arity: { least: 0, most: 1 },
	options: { ...trainingOptions, minutes: minutes(defaultMinutes) },
	notes: "Without a FOLDER, the present one is taken.",
	async run(terminal, values, [folder = "."]) {
		const plan = {
			values,
			threads: values.threads ?? Math.min(mostThreads, availableParallelism()),
			budget: wallBudget(values.minutes ?? defaultMinutes),
		};
		const start = await startOf(values);
		const used = await usedBefore(values);
		const { files, model } = await withProgress(terminal.stderr, (display) =>
			learn(folder, start, plan, used, display),
		);
		const session = await LocalSession.open(await createEngine(), model);
		const trials: Trial[] = [];
		for (const place of drawPlaces(files, places, values.seed ?? 1)) trials.push(await tryAt(session, place));
		const { characters: learned, initialBpc, validationBpc } = model.info;
		const change = { before: perplexityOrNull(initialBpc), after: perplexityOrNull(validationBpc) };
		return {
			json: {
				perplexity: change,
				characters: learned,
				places: trials.map(({ place, suggested, probability, right }) => ({
					path: place.path,
					line: place.lineNumber,
					column: place.column + 1,
					before: place.before,
					written: place.written,
					suggested,
					probability,
					right,
				})),
			},
			text: [
				...trials.map((trial, index) => describe(terminal.stdout, trial, index + 1)),
				`${trials.filter(isRight).length} of ${trials.length} suggestions are right to their end.\n`,
				`Perplexity per character, on files held out: ${decimals(change.before)} before, `,
				`${decimals(change.after)} after ${count(learned)} characters.\n`,
			].join(""),
		};
	},
});

interface Learned {
	readonly model: Model;
	/** What the model was validated on, never trained. */
	readonly files: readonly HeldOutText[];
}

async function learn(
	folder: string,
	start: TrainingStart,
	plan: CommandPlan,
	used: UsedFiles | null,
	display: ProgressDisplay,
): Promise<Learned> {
	const corpus = await collectFolder(folder, (files) => display.reading(files));
	display.note(describeFiles(corpus));
	const { text } = readText(corpus, used);
	const { validation } = chooseValidation(corpus.files, used);
	if (validation.length === 0) throw new Failure("corpusTooSmall", "there is nothing to hold out");
	const { model } = await trainWith(text, start, plan, { progress: (progress) => display.show(progress) });
	const texts = new Map(corpus.files.map((file) => [file.path, file.text]));
	// Of a large file among few, only the tail is held out.
	const files = validation.map(({ path, text }) => ({
		path,
		text,
		linesAbove: (texts.get(path) ?? "").slice(0, -text.length).split("\n").length - 1,
	}));
	return { model, files };
}

/** Asks as a user would who has typed up to the place and then wants to see a suggestion. */
async function tryAt(session: LocalSession, place: CursorPlace): Promise<Trial> {
	const position = { line: place.line, character: place.column };
	const request = { count: 1, explicit: true, threshold: "balanced" } as const;
	const { suggestions }: Answer = await session.complete(place.path, place.typed, position, request);
	const suggested = suggestions[0]?.text ?? "";
	const right = commonStart(suggested, place.written);
	return { place, suggested, probability: suggestions[0]?.probability ?? null, right };
}

function isRight({ suggested, right }: Trial): boolean {
	return suggested !== "" && right === suggested.length;
}

/** Four lines and an empty one. */
function describe(output: Output, trial: Trial, ordinal: number): string {
	const { place, suggested, right } = trial;
	const room = Math.max(20, Math.min(output.columns, 120) - 36);
	const title = `${String(ordinal).padStart(2)}  ${visible(place.path)}, line ${place.lineNumber}`;
	const shown =
		styled(output, "green", visible(suggested.slice(0, right))) +
		styled(output, "red", visible(suggested.slice(right)));
	return [
		styled(output, "bold", title),
		`    typed      ${styled(output, "dim", visible(cutStart(place.before.trimStart(), room)))}`,
		`    written    ${visible(cutEnd(place.written, room))}`,
		`    suggested  ${shown}  ${styled(output, "dim", verdict(trial))}`,
		"",
		"",
	].join("\n");
}

function verdict(trial: Trial): string {
	if (trial.probability === null) return "(nothing)";
	const said = `probability ${percent(trial.probability)}`;
	if (isRight(trial)) return `(right; ${said})`;
	return trial.right === 0 ? `(wrong; ${said})` : `(${trial.right} of ${trial.suggested.length} right; ${said})`;
}

function perplexityOrNull(bpc: number | null): number | null {
	return bpc === null ? null : perplexity(bpc);
}

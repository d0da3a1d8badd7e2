/** `replay --commits N`: types the last commits of a git history as they were made, and counts the keys saved. */
import { closeSync, openSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { createEngine } from "../../engines/registry.ts";
import type { Model } from "../../model/checkpoint.ts";
import { errorCode } from "../../platform/atomicFile.ts";
import { halfTheCores } from "../../platform/cores.ts";
import { Failure } from "../../platform/failure.ts";
import { createLoadedModel } from "../../server/loader.ts";
import { cpuBudget } from "../../trainer/composition.ts";
import { trainingText } from "../../trainer/text.ts";
import type { Result } from "../command.ts";
import { quantity } from "../terminal/format.ts";
import { flag, number, text, type Values } from "../terminal/options.ts";
import { outputFile } from "../terminal/output.ts";
import { type ProgressDisplay, withProgress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { startOf, trainingOptions, trainWith } from "../training.ts";
import { collectFolder } from "../workspace.ts";
import { editSampleOf } from "./edits/editSample.ts";
import { EditServer } from "./edits/editServer.ts";
import { EditTyping, type Sighting } from "./edits/editTyping.ts";
import { Repository } from "./edits/git.ts";
import { typedCommits } from "./edits/history.ts";
import { repeatsOf } from "./edits/repeats.ts";
import { editReport } from "./edits/report.ts";
import { WorkspaceCopy } from "./edits/workspaceCopy.ts";
import { machineOf, machineOption } from "./replay/machine.ts";

/** How the editor types. */
export const typingOptions = {
	machine: machineOption,
	"no-closing": flag("the editor closes no brackets and quotes by itself"),
};

export const commitOptions = {
	commits: number("N", "type the last N commits of the folder's git history instead, edit by edit", {
		min: 1,
		max: 10_000,
		whole: true,
	}),
	characters: number("N", "with --commits: type about N characters in all, of each commit as many as of any other", {
		min: 100,
		max: 1e9,
		whole: true,
	}),
	trace: text("F", "with --commits: write what was shown at each place, and what was right, as lines of JSON"),
};

const allOptions = {
	...trainingOptions,
	...commitOptions,
	...typingOptions,
	"budget-seconds": number("S", "", { min: 0, max: 1e6, whole: false }),
};

export type CommitValues = Values<typeof allOptions> & { readonly commits: number };

/** @throws {Failure} if the folder has no history, or no commit that can be typed */
export async function replayCommits(terminal: Terminal, values: CommitValues, folder: string): Promise<Result> {
	const trace = values.trace === undefined ? null : new Trace(await outputFile(values.trace, terminal.stderr));
	const place = await WorkspaceCopy.make();
	try {
		return await withProgress(terminal.stderr, (display) => replay(values, folder, { place, trace, display }));
	} finally {
		await rm(place, { recursive: true, force: true });
		trace?.close();
	}
}

interface Means {
	/** A folder for the copy of the workspace. */
	readonly place: string;
	readonly trace: Trace | null;
	readonly display: ProgressDisplay;
}

async function replay(values: CommitValues, folder: string, { place, trace, display }: Means): Promise<Result> {
	const repository = await Repository.open(resolve(folder));
	const history = await typedCommits(repository, values.commits, (commits) => display.finding(commits));
	const { commits: found, lacking } = history;
	const first = found[0];
	if (first === undefined) {
		const but = lacking === 0 ? "" : `: the text of ${quantity(lacking, "commit")} is on another machine`;
		throw new Failure("badArgument", `${folder} has no commit that a person may have typed${but}`);
	}
	if (lacking > 0)
		display.note(`${quantity(lacking, "commit")} left out, whose text is on another machine: this clone is partial`);
	if (found.length < values.commits)
		display.note(`Only ${quantity(found.length, "commit")} of the history may have been typed by a person`);
	const copy = await WorkspaceCopy.lay(place, repository, first.parent);
	const { commits, each } = editSampleOf(found, values.characters ?? Number.POSITIVE_INFINITY);
	const { model, isBase } = await modelOf(values, place, display);
	const engine = await createEngine();
	const machine = await machineOf(values.machine ?? "1", engine, model, [...copy.texts.values()]);
	const load = () => createLoadedModel(engine, model);
	const server = await EditServer.start({ folder: place, isBase, load, ...machine });
	const onSighting = trace === null ? null : (sighting: Sighting): void => trace.write(sighting);
	const typing = new EditTyping(server, copy, { closes: values["no-closing"] !== true, onSighting });
	for (const [i, commit] of commits.entries()) {
		await typing.commit(commit);
		display.commits(i + 1, commits.length);
	}
	return editReport({
		...{ typing, machine, commits: commits.length, charactersOfEachCommit: each },
		repeats: repeatsOf(found),
	});
}

/** A file of one line of JSON for each sighting. */
class Trace {
	readonly #path: string;
	readonly #descriptor: number;

	/** @throws {Failure} */
	constructor(path: string) {
		this.#path = path;
		this.#descriptor = this.#asked(() => openSync(path, "w"));
	}

	/** @throws {Failure} */
	write(sighting: Sighting): void {
		this.#asked(() => writeFileSync(this.#descriptor, `${JSON.stringify(sighting)}\n`));
	}

	close(): void {
		closeSync(this.#descriptor);
	}

	#asked<T>(work: () => T): T {
		try {
			return work();
		} catch (error) {
			throw notWritten(this.#path, error);
		}
	}
}

function notWritten(path: string, cause: unknown): Failure {
	return new Failure("badArgument", `${path} cannot be written (${errorCode(cause)})`, { cause });
}

/** The base model, unless something else is asked for. */
async function modelOf(
	values: CommitValues,
	folder: string,
	display: ProgressDisplay,
): Promise<{ readonly model: Model; readonly isBase: boolean }> {
	const seconds = values["budget-seconds"] ?? 0;
	const start = await startOf({ ...values, from: values.from ?? "base" });
	if (seconds === 0) {
		if (start.kind === "new") throw new Failure("badArgument", "--from scratch needs --budget-seconds to learn in");
		return { model: start.kind === "state" ? start.state.model : start.model, isBase: true };
	}
	const { files } = await collectFolder(folder, (files) => display.reading(files));
	const plan = { values, threads: values.threads ?? halfTheCores(), budget: cpuBudget(seconds) };
	const hooks = { progress: (progress: Parameters<ProgressDisplay["show"]>[0]) => display.show(progress) };
	const { model, updates } = await trainWith(trainingText(files).text, start, plan, hooks);
	return { model, isBase: updates === 0 };
}

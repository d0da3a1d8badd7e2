/**
 * How long the extension host takes to note edits for repeats, and to look for other places in the pauses. A fake replaces
 * the editor, so only Inkling's own part is measured.
 */
import { quantile } from "../src/cli/terminal/quantile.ts";
import type { RepeatingParts } from "../src/editor/repeat/repeating.ts";
import { RandomSource } from "../src/trainer/sampler.ts";
import * as fake from "../test/unit/editor/fakeVscode.ts";

/** Milliseconds, at the median and the 95th and 99th percentile: beyond it, time goes to the collector of garbage. */
export interface Times {
	readonly p50: number;
	readonly p95: number;
	readonly p99: number;
}

export interface RepeatingTimes {
	/** The event of one edit. */
	readonly edit: Times;
	/** One turn in a pause: the pause itself, or a slice of the search. */
	readonly turn: Times;
}

export interface RepeatingPlan {
	/** Lines of each document. */
	readonly lines: readonly string[];
	readonly documents: number;
	readonly edits: number;
}

/** Edits between two pauses, in which all documents are searched. */
const editsBetweenPauses = 5;

export async function measureRepeating({ lines, documents, edits }: RepeatingPlan): Promise<RepeatingTimes> {
	const { Repeating } = await import("../src/editor/repeat/repeating.ts");
	const put: (() => void)[] = [];
	const clock = {
		now: () => 0,
		after(_milliseconds: number, action: () => void) {
			put.push(action);
			return () => {
				const at = put.indexOf(action);
				if (at >= 0) put.splice(at, 1);
			};
		},
	};
	const settings = {
		suggestions: () => ({ enabled: true, repeats: true }),
		onDidChange: () => ({ dispose: () => undefined }),
	};
	const times = { edit: [] as number[], turn: [] as number[] };
	const timed = (kind: keyof typeof times, task: () => void): void => {
		const begun = performance.now();
		task();
		times[kind].push(performance.now() - begun);
	};
	const repeating = new Repeating({ clock, settings } as unknown as RepeatingParts);
	const pause = (): void => {
		for (let action = put.shift(); action !== undefined; action = put.shift()) timed("turn", action);
	};
	const random = new RandomSource(1);
	const desks = Array.from({ length: documents }, (_, i) => new Desk(`/workspace/${i}.ts`, lines));
	for (const desk of desks) {
		desk.visit();
		pause();
	}
	// Half a document of text is read at once when it is first looked at; that is no edit.
	times.turn.length = 0;
	for (let i = 0; i < edits; i++) {
		const desk = desks[random.below(documents)] as Desk;
		desk.visit();
		const edit = desk.edit(random.below(lines.length), `name${random.below(40)}`);
		timed("edit", () => fake.changed.fire(edit));
		if (i % editsBetweenPauses === 0) pause();
	}
	repeating.dispose();
	fake.window.activeTextEditor = undefined;
	const summary = (list: readonly number[]): Times => ({
		p50: quantile(list, 0.5),
		p95: quantile(list, 0.95),
		p99: quantile(list, 0.99),
	});
	return { edit: summary(times.edit), turn: summary(times.turn) };
}

/** A document and its editor, as far as is needed. */
class Desk {
	readonly #lines: string[];
	readonly #document;
	readonly #editor;

	constructor(path: string, lines: readonly string[]) {
		this.#lines = [...lines];
		const all = this.#lines;
		const end = (line: number) => new fake.Position(line, all[line]?.length ?? 0);
		this.#document = {
			uri: Object.assign(new fake.Uri(path), { toString: () => `file://${path}` }),
			lineCount: all.length,
			lineAt: (line: number) => ({ text: all[line] ?? "", range: { end: end(line) } }),
			offsetAt: () => all.join("\n").length,
			getText: () => all.join("\n"),
		};
		const start = new fake.Selection(new fake.Position(0, 0), new fake.Position(0, 0));
		this.#editor = {
			document: this.#document,
			selection: start,
			selections: [start] as readonly fake.Range[],
			options: { tabSize: 4 },
			setDecorations: () => undefined,
		};
	}

	visit(): void {
		fake.window.activeTextEditor = this.#editor;
		fake.activeChanged.fire();
	}

	/** Replaces the first word of a line, or inserts one; the event is for the caller to tell. */
	edit(line: number, word: string): object {
		const text = this.#lines[line] ?? "";
		const found = /\w+/.exec(text);
		const from = found?.index ?? text.length;
		const to = from + (found?.[0].length ?? 0);
		const range = new fake.Selection(new fake.Position(line, from), new fake.Position(line, to));
		this.#editor.selection = range;
		this.#editor.selections = [range];
		this.#lines[line] = text.slice(0, from) + word + text.slice(to);
		return { document: this.#document, contentChanges: [{ range, text: word }], reason: undefined };
	}
}

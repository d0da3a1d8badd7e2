/** Types the edits of commits, past ideal users that see the suggestions of each setting. */
import { isProgramsWork } from "../../../corpus/content/kinds.ts";
import { type Threshold, thresholds } from "../../../domain/suggestions.ts";
import type { Position, TextChange } from "../../../domain/text.ts";
import { closingPlan, plainPlan, type TypingPlan } from "../../../tuning/typist/typingPlan.ts";
import type { IdealUser, KeyPress } from "../replay/idealUser.ts";
import { MatchCopier } from "../replay/matchCopier.ts";
import type { Offer } from "../replay/suggester.ts";
import { keyMilliseconds } from "../replay/typedServer.ts";
import { TypedText } from "../replay/typedText.ts";
import { endOf } from "../replay/typing.ts";
import { WordCompleter } from "../replay/wordCompleter.ts";
import { Audience, type EditOutcome } from "./audience.ts";
import { EditedText } from "./editedText.ts";
import type { EditAnswer, EditServer } from "./editServer.ts";
import type { FileEdits, TypedCommit } from "./history.ts";
import type { Edit } from "./lineEdits.ts";
import { hasClosersOnly, type PlaceClass, placeClassOf, textClassOf } from "./places.ts";
import type { WorkspaceCopy } from "./workspaceCopy.ts";

/** Milliseconds: to find the place of an edit, to delete what it replaces, to paste, and to come to a file and leave it. */
const findMilliseconds = 1500;
const deleteMilliseconds = 200;
const pasteMilliseconds = 500;
const fileMilliseconds = 1000;

export const baselines = ["match6", "match12", "words"] as const;
export type Baseline = (typeof baselines)[number];
export type Way = Threshold | Baseline;
const ways: readonly Way[] = [...thresholds, ...baselines];

/** A suggestion that was shown, or nothing where it was asked for. */
export interface Sighting {
	readonly commit: string;
	readonly path: string;
	readonly way: Way;
	readonly classes: readonly PlaceClass[];
	/** Zero-based. */
	readonly line: number;
	/** The line left and right of the cursor. */
	readonly before: string;
	readonly after: string;
	/** What is typed from here on. */
	readonly truth: string;
	/** Null: nothing. */
	readonly shown: string | null;
	readonly probability: number | null;
	readonly right: boolean;
	/** The edit was over. */
	readonly isEnd: boolean;
	/** Why there is nothing, and what else was found, the likeliest first; of Inkling's own suggestions only. */
	readonly silence: EditAnswer["silence"];
	readonly candidates: EditAnswer["candidates"];
}

export interface EditTypingOptions {
	/** The editor closes brackets and quotes by itself. */
	readonly closes: boolean;
	/** Told of each suggestion, and where nothing was suggested. */
	readonly onSighting: ((sighting: Sighting) => void) | null;
}

export class EditTyping {
	/** Edits typed. */
	edits = 0;
	/** Edits typed to their end. */
	ends = 0;
	/** Characters typed, all of them by hand. */
	characters = 0;
	readonly #server: EditServer;
	readonly #copy: WorkspaceCopy;
	readonly #closes: boolean;
	readonly #onSighting: ((sighting: Sighting) => void) | null;
	readonly #audiences = new Map<Way, Audience>();
	readonly #copier: MatchCopier;
	readonly #words: WordCompleter;
	#commit = "";
	/** The server's last answer, by way. */
	readonly #answers = new Map<Way, EditAnswer>();
	/** What `onSighting` needs beside the offer. */
	#now: {
		readonly path: string;
		readonly key: KeyPress;
		readonly classes: readonly PlaceClass[];
		readonly text: string;
	} | null = null;

	constructor(server: EditServer, copy: WorkspaceCopy, { closes, onSighting }: EditTypingOptions) {
		this.#server = server;
		this.#closes = closes;
		this.#copy = copy;
		this.#onSighting = onSighting;
		for (const way of ways)
			this.#audiences.set(way, new Audience((offer, isRight) => this.#sight(way, offer, isRight)));
		const texts = [...copy.texts.values()].filter((text) => !isProgramsWork(text));
		this.#copier = new MatchCopier(texts);
		this.#words = new WordCompleter(texts);
	}

	get outcomes(): Readonly<Record<Way, EditOutcome>> {
		const outcomes = ways.map((way) => [way, (this.#audiences.get(way) as Audience).outcome] as const);
		return Object.fromEntries(outcomes) as Record<Way, EditOutcome>;
	}

	/** The workspace becomes what it was before the commit, and its edits are made. */
	async commit({ id, parent, files }: TypedCommit): Promise<void> {
		this.#commit = id;
		await this.#moveTo(parent);
		for (const file of files) await this.#file(file);
		const changed = await this.#moveTo(id);
		const wrong = files.find(({ path }) => changed.includes(this.#copy.place(path)));
		if (wrong !== undefined) throw new Error(`The edits of ${wrong.path} do not make its text`);
	}

	async #moveTo(commit: string): Promise<readonly string[]> {
		const changed = await this.#copy.moveTo(commit);
		if (changed.length === 0) return changed;
		this.#server.filesChanged(changed);
		await this.#server.settle();
		return changed;
	}

	async #file({ path, oldPath, before, edits }: FileEdits): Promise<void> {
		const server = this.#server;
		const place = this.#copy.place(path);
		if (oldPath !== null && oldPath !== path) {
			await this.#copy.remove(oldPath);
			await this.#copy.write(path, before);
			server.filesChanged([this.#copy.place(oldPath), place]);
			await server.settle();
		}
		server.open(path, place, before);
		await server.settle();
		server.pass(fileMilliseconds);
		this.#tell((user) => user.open());
		const document = new EditedText(before, (change) => {
			server.change(change);
			this.#tell((user) => user.edited(path, change));
		});
		const isNew = oldPath === null;
		for (const edit of edits) {
			if (edit.isDone) {
				document.change(edit);
				server.pass(pasteMilliseconds);
			} else this.#type(path, document, edit, isNew);
		}
		server.pass(fileMilliseconds);
		await this.#copy.write(path, document.text);
		server.filesChanged([place]);
		await server.settle();
		server.pass(fileMilliseconds);
		server.close();
		this.#words.open();
		this.#words.type(edits.flatMap(({ isDone, text }) => (isDone ? [] : [text])).join("\n"));
		this.#words.close();
	}

	#type(path: string, document: EditedText, edit: Edit, isNew: boolean): void {
		const { start, end, text } = edit;
		const server = this.#server;
		server.pass(findMilliseconds);
		if (start.line !== end.line || start.character !== end.character) {
			document.change({ start, end, text: "" });
			server.pass(deleteMilliseconds);
		}
		this.edits++;
		const closing = closingPlan(text, { path, ...document.around(start) });
		const plain = plainPlan(text, document.line(start.line).slice(0, start.character).trim() === "");
		const typed = new TypedText(text, this.#closes ? closing : plain);
		const isClosed = closedOffsets(closing);
		const { from, to } = edit.part ?? { from: 0, to: text.length };
		this.characters += typed.keysBetween(from, to);
		this.#openBaselines(document, start);
		this.#tell((user) => user.begin(typed, to));
		const lineAt = (line: number) => document.line(line);
		let cursor = start;
		let offset = 0;
		let classes: readonly PlaceClass[] = [];
		let classifiedLine = -1;
		const write = (added: string, change: TextChange): void => {
			document.change(change);
			this.#copier.type(added);
			this.#words.type(added);
			offset += added.length;
			cursor = endOf(cursor, added);
		};
		const paste = (until: number): void => {
			const right = typed.rightAt(offset);
			const added = text.slice(offset, until);
			if (added === "") return;
			write(added, { start: cursor, end: endOf(cursor, right), text: added + typed.rightAt(until) });
			this.#tell((user) => user.skipTo(offset));
			server.pass(pasteMilliseconds);
		};
		paste(from);
		for (const { text: added, replaced, closers } of typed.strokesBetween(from, to)) {
			// The line end that begins a line counts as that line's.
			const lineOfKey = added.startsWith("\n") ? cursor.line + 1 : cursor.line;
			if (lineOfKey !== classifiedLine) {
				classifiedLine = lineOfKey;
				classes = classesOf(path, document, cursor, edit, offset, isNew);
			}
			const place = document.placeAt(path, cursor);
			const here: readonly PlaceClass[] = isClosed.has(offset) ? [...classes, "autoClosed"] : classes;
			this.#press({ offset, length: added.length, place, lineAt }, here, path, cursor, text);
			server.pass(keyMilliseconds);
			write(added, { start: cursor, end: endOf(cursor, replaced), text: added + closers });
		}
		if (to === text.length)
			this.#finish({ offset, length: 0, place: document.placeAt(path, cursor), lineAt }, classes, path, cursor, text);
		else paste(text.length);
	}

	/** Tells all users of all ways. */
	#tell(what: (user: IdealUser) => void): void {
		for (const audience of this.#audiences.values()) audience.tell(what);
	}

	#openBaselines(document: EditedText, { line, character }: Position): void {
		const above = `${document.linesBefore(line)}${document.line(line).slice(0, character)}`;
		this.#copier.open();
		this.#copier.type(above.slice(-400));
		this.#words.open();
		this.#words.type(above.slice(-20_000));
	}

	#press(key: KeyPress, classes: readonly PlaceClass[], path: string, cursor: Position, text: string): void {
		for (const [way, audience] of this.#audiences) {
			this.#now = { path, key, classes, text };
			audience.press(key, classes, () => this.#ask(way, cursor, key.place.after));
		}
	}

	/** The edit is over. */
	#finish(key: KeyPress, classes: readonly PlaceClass[], path: string, cursor: Position, text: string): void {
		this.ends++;
		for (const [way, audience] of this.#audiences) {
			this.#now = { path, key, classes, text };
			const offer = audience.users.whole.after(key, () => this.#ask(way, cursor, key.place.after));
			if (offer === null) continue;
			audience.shownAfterEnd++;
			this.#sight(way, offer, false, true);
		}
	}

	#ask(way: Way, cursor: Position, after: string): Offer | null {
		switch (way) {
			case "match6":
			case "match12":
				return hasClosersOnly(after) ? this.#copier.suggest[way]() : null;
			case "words":
				return this.#words.suggest.words();
			default: {
				const answer = this.#server.ask(way, cursor);
				const [best] = answer.suggestions;
				this.#answers.set(way, answer);
				if (best === undefined) this.#sight(way, null, false);
				return best ?? null;
			}
		}
	}

	#sight(way: Way, offer: Offer | null, right: boolean, isEnd = false): void {
		if (this.#onSighting === null || this.#now === null) return;
		const { path, classes, text, key } = this.#now;
		const { line, before, after } = key.place;
		this.#onSighting({
			...{ commit: this.#commit, path, way, classes, line, before, after },
			truth: text.slice(key.offset),
			...{ shown: offer?.text ?? null, probability: offer?.probability ?? null, right, isEnd },
			silence: this.#answers.get(way)?.silence ?? null,
			candidates: this.#answers.get(way)?.candidates ?? [],
		});
	}
}

/** Offsets in the text where an editor that closes brackets has closed some right of the cursor. */
function closedOffsets({ keystrokes }: TypingPlan): ReadonlySet<number> {
	const closed = new Set<number>();
	let offset = 0;
	for (const { text, right } of keystrokes) {
		if (/^[^\n]/.test(right)) closed.add(offset);
		offset += text.length;
	}
	return closed;
}

function classesOf(
	path: string,
	document: EditedText,
	cursor: Position,
	{ text, isBlock }: Edit,
	offset: number,
	isNew: boolean,
): PlaceClass[] {
	const { before, after } = document.placeAt(path, cursor);
	const beginsLine = text[offset] === "\n";
	const begin = offset + Number(beginsLine);
	const stop = text.indexOf("\n", begin);
	const line = text.slice(begin, stop < 0 ? text.length : stop);
	const above = document.linesBefore(cursor.line + Number(beginsLine));
	const isFirst = text.slice(0, begin).trim() === "";
	const isNewLine = isBlock || beginsLine || text.slice(0, offset).includes("\n");
	return [
		placeClassOf(isNewLine, after),
		...(isBlock && isFirst ? (["firstLine"] as const) : []),
		textClassOf(path, beginsLine ? "" : before, line, above),
		isNew ? "newFile" : "oldFile",
	];
}

/** How a text is typed in an editor that closes brackets and quotes by itself: which keys there are, and what each changes. */
import { closerOf, isQuote, opensBlock, typesOver } from "./autoClosing.ts";
import { type Language, languageOf, type Pair, type Region } from "./languages.ts";
import { Lexer } from "./lexer.ts";

/** One key, or what the editor or the cursor does without one. */
export interface Keystroke {
	/** What it adds to the text, or goes over in it. */
	readonly text: string;
	/** Keys: the indentation of a line has none, and going past what stands there already is no typing. */
	readonly keys: 0 | 1;
	/** Right of the cursor, what is replaced by `text` and then, right of the cursor again, by `closers`. */
	readonly replaced: string;
	readonly closers: string;
	/** All that the editor has closed by itself right of the cursor, before the key. */
	readonly right: string;
}

export interface TypingPlan {
	readonly keystrokes: readonly Keystroke[];
	/** By UTF-16 offset in the text: up to where an insertion is right that leaves in place what stands right of it. */
	readonly limits: Uint32Array;
}

/** Rounds in which closers without use are found one after the other; then all that are left are taken for such. */
const mostRounds = 20;

/** Where a text is typed. */
export interface TypingPlace {
	readonly path: string;
	/** The document left and right of the cursor. */
	readonly before: string;
	readonly after: string;
}

/** Signs that may begin with a line end: blanks behind it are one key with it. */
const keyPattern = /\n[ \t]*|[^\n]/gu;
/** Enter in documentation puts an asterisk before the line. */
const continuedComment = /^\n[ \t]*\* /;
const inDocumentation = /^\s*(?:\/\*\*(?!\/)|\*(?!\/))/;

/** The plan of an editor that adds nothing but indentation. */
export function plainPlan(text: string, beginsLine: boolean): TypingPlan {
	const [indentation = ""] = beginsLine ? (/^[ \t]+/.exec(text) ?? []) : [];
	const keys = text.slice(indentation.length).match(keyPattern) ?? [];
	const keystroke = (text: string, keys: 0 | 1): Keystroke => ({ text, keys, replaced: "", closers: "", right: "" });
	return {
		keystrokes: [...(indentation === "" ? [] : [keystroke(indentation, 0)]), ...keys.map((text) => keystroke(text, 1))],
		limits: new Uint32Array(text.length + 1).fill(text.length),
	};
}

/**
 * The plan of VS Code as it is by default. A closer that the text has no use for is not in it: whoever types deletes it at
 * once, with suggestions or without.
 */
export function closingPlan(text: string, place: TypingPlace): TypingPlan {
	const language = languageOf(place.path);
	const surroundings = new Surroundings(text, language, place);
	const unwanted = new Set<number>();
	for (let round = 1; ; round++) {
		const typing = new ClosingTyping(text, language, surroundings, unwanted);
		const left = typing.run();
		if (left.length === 0) return { keystrokes: typing.keystrokes, limits: typing.limits };
		// Those around the innermost may be passed once that is gone.
		for (const opener of round < mostRounds ? left.slice(-1) : left) unwanted.add(opener);
		for (const opener of typing.dropped) unwanted.add(opener);
	}
}

/** What is the same however the text is typed. */
class Surroundings {
	/** The line left of where typing begins, and right of it. */
	readonly head: string;
	readonly tail: string;
	/** By offset: of the sign before, and of one that is inserted. */
	readonly last: readonly (Region | null)[];
	readonly region: readonly Region[];
	readonly #brackets: ReadonlyMap<string, { readonly openAbove: number; readonly lowestBelow: number }>;

	constructor(text: string, language: Language, { before, after }: TypingPlace) {
		this.head = before.slice(before.lastIndexOf("\n") + 1);
		this.tail = after.split("\n", 1)[0] as string;
		const lexer = new Lexer(language);
		lexer.read(before);
		const last: (Region | null)[] = [lexer.last];
		const region: Region[] = [lexer.region];
		for (const unit of text.split("")) {
			lexer.read(unit);
			last.push(lexer.last);
			region.push(lexer.region);
		}
		this.last = last;
		this.region = region;
		this.#brackets = new Map(language.brackets.map(([open, close]) => [open, depths(before, after, open, close)]));
	}

	/** Whether there is a closing bracket below without an opening one, where so many more were opened than closed. */
	hasUnmatched({ open }: Pair, opened: number): boolean {
		const depth = this.#brackets.get(open);
		return depth !== undefined && depth.openAbove + opened + depth.lowestBelow < 0;
	}
}

function depths(before: string, after: string, open: string, close: string) {
	let openAbove = 0;
	for (const step of steps(before, open, close)) openAbove = Math.max(0, openAbove + step);
	let below = 0;
	let lowestBelow = 0;
	for (const step of steps(after, open, close)) {
		below += step;
		lowestBelow = Math.min(lowestBelow, below);
	}
	return { openAbove, lowestBelow };
}

/** 1 for each opening bracket, −1 for each closing one. */
function* steps(text: string, open: string, close: string): Generator<1 | -1> {
	let nextOpen = text.indexOf(open);
	let nextClose = text.indexOf(close);
	while (nextOpen >= 0 || nextClose >= 0) {
		if (nextClose < 0 || (nextOpen >= 0 && nextOpen < nextClose)) {
			yield 1;
			nextOpen = text.indexOf(open, nextOpen + open.length);
		} else {
			yield -1;
			nextClose = text.indexOf(close, nextClose + close.length);
		}
	}
}

/** What the editor has closed and the cursor has not passed. */
interface Closer {
	/** Where in the text what it closes ends. */
	readonly opener: number;
	/** Blanks and line ends that the editor has put before it. */
	gap: string;
	readonly text: string;
}

class ClosingTyping {
	readonly keystrokes: Keystroke[] = [];
	readonly limits: Uint32Array;
	readonly #text: string;
	readonly #language: Language;
	readonly #surroundings: Surroundings;
	/** Offsets of openers whose closers are deleted at once. */
	readonly #unwanted: ReadonlySet<number>;
	/** The innermost, which stands right of the cursor, last. */
	readonly #closers: Closer[] = [];
	#offset = 0;
	/** Where each keystroke begins, and the closer that was innermost then. */
	readonly #innermost: { readonly offset: number; readonly closer: Closer | undefined }[] = [];
	readonly #passed = new Map<Closer, number>();
	/** More brackets typed than closed, by the opening one. */
	readonly #depths = new Map<string, number>();
	/** Openers whose closers showed to be of no use on the way. */
	readonly dropped: number[] = [];

	constructor(text: string, language: Language, surroundings: Surroundings, unwanted: ReadonlySet<number>) {
		this.#text = text;
		this.#language = language;
		this.#surroundings = surroundings;
		this.#unwanted = unwanted;
		this.limits = new Uint32Array(text.length + 1).fill(text.length);
	}

	/** Returns the openers whose closers were never passed, the innermost last. */
	run(): number[] {
		const [indentation = ""] = this.#surroundings.head.trim() === "" ? (/^[ \t]+/.exec(this.#text) ?? []) : [];
		if (indentation !== "") this.#key(indentation, 0);
		while (this.#offset < this.#text.length) {
			if (this.#goPast() || this.#typeOver()) continue;
			const rest = this.#text.slice(this.#offset);
			if (rest.startsWith("\n")) this.#enter(rest);
			else this.#type(String.fromCodePoint(rest.codePointAt(0) as number));
		}
		this.#fillLimits();
		return [...this.dropped, ...this.#closers.map(({ opener }) => opener)];
	}

	/** What the editor has put right of the cursor. */
	get #right(): string {
		return this.#closers
			.map(({ gap, text }) => gap + text)
			.reverse()
			.join("");
	}

	get #lineBefore(): string {
		const start = this.#text.lastIndexOf("\n", this.#offset - 1);
		if (this.#offset === 0 || start < 0) return this.#surroundings.head + this.#text.slice(0, this.#offset);
		return this.#text.slice(start + 1, this.#offset);
	}

	/** The line right of the cursor. */
	get #lineAfter(): string {
		return (this.#right + this.#surroundings.tail).split("\n", 1)[0] as string;
	}

	#key(text: string, keys: 0 | 1, replaced = "", closers = ""): void {
		this.#innermost.push({ offset: this.#offset, closer: this.#closers.at(-1) });
		this.keystrokes.push({ text, keys, replaced, closers, right: this.#right });
		this.#offset += text.length;
		for (const [open, close] of this.#language.brackets)
			if (text === open) this.#count(open, 1);
			else if (text === close) this.#count(open, -1);
	}

	#count(open: string, step: number): void {
		this.#depths.set(open, (this.#depths.get(open) ?? 0) + step);
	}

	/** Moves past a closer that is no single sign, or stands on a line of its own. */
	#goPast(): boolean {
		const closer = this.#closers.at(-1);
		if (closer === undefined || (closer.gap === "" && closer.text.length === 1)) return false;
		const pattern = closer.gap.includes("\n") ? /^\n[ \t]*/ : /^[ \t]*/;
		const [blanks] = pattern.exec(this.#text.slice(this.#offset)) ?? [];
		if (blanks === undefined || !this.#text.startsWith(closer.text, this.#offset + blanks.length)) return false;
		this.#passed.set(closer, this.#offset);
		this.#key(blanks + closer.text, 0, closer.gap + closer.text);
		this.#closers.pop();
		return true;
	}

	#typeOver(): boolean {
		this.#dropInner();
		const closer = this.#closers.at(-1);
		if (closer === undefined || closer.gap !== "" || !this.#text.startsWith(closer.text, this.#offset)) return false;
		if (!typesOver(this.#language, closer.text, { before: this.#lineBefore })) return false;
		this.#passed.set(closer, this.#offset);
		this.#key(closer.text, 1, closer.text);
		this.#closers.pop();
		return true;
	}

	/** Where an outer bracket is closed, what stands before its closer is of no use. */
	#dropInner(): void {
		if (this.#surroundings.region[this.#offset] === "string") return;
		const sign = this.#text[this.#offset] as string;
		const isClosed = this.#language.brackets.some(([, close]) => close === sign);
		const depth = this.#closers.findLastIndex(({ text }) => text === sign);
		if (!isClosed || depth < 0 || this.#closers.slice(depth).some(({ gap }) => gap !== "")) return;
		this.#drop(this.#closers.length - 1 - depth);
	}

	/** Takes away what stands innermost. */
	#drop(count: number): void {
		if (count > 0) this.dropped.push(...this.#closers.splice(-count).map(({ opener }) => opener));
	}

	#enter(rest: string): void {
		const { longQuotes } = this.#language;
		const isOver = ({ text }: Closer) => isQuote(text) && !longQuotes.some((mark) => mark[0] === text);
		while (this.#closers.length > 0 && isOver(this.#closers.at(-1) as Closer)) this.#drop(1);
		const before = this.#lineBefore;
		const isDocumentation =
			this.#language.continuesComments &&
			this.#surroundings.region[this.#offset] === "comment" &&
			inDocumentation.test(before);
		const [continued] = isDocumentation ? (continuedComment.exec(rest) ?? []) : [];
		const [plain = "\n"] = /^\n[ \t]*/.exec(rest) ?? [];
		const text = continued ?? plain;
		const closer = this.#closers.at(-1);
		const after = this.#lineAfter;
		const opens =
			closer !== undefined &&
			!closer.gap.includes("\n") &&
			(opensBlock(this.#language, before, after) || (isDocumentation && after.trim() === "*/"));
		if (!opens) {
			this.#key(text, 1);
			return;
		}
		const [indentation = ""] = /^[ \t]*/.exec(before) ?? [];
		const gap = `\n${indentation}${isDocumentation ? " " : ""}`;
		this.#key(text, 1, closer.gap, gap);
		closer.gap = gap;
	}

	#type(sign: string): void {
		const offset = this.#offset + sign.length;
		const closer = this.#unwanted.has(offset)
			? ""
			: closerOf(this.#language, sign, {
					before: this.#lineBefore,
					after: this.#lineAfter,
					last: this.#surroundings.last[this.#offset] ?? null,
					region: this.#surroundings.region[this.#offset] as Region,
					hasUnmatched: (pair) => this.#surroundings.hasUnmatched(pair, this.#opened(pair)),
				});
		this.#key(sign, 1, "", closer);
		const outer = this.#closers.at(-1);
		const [gap = ""] = /^ +/.exec(closer) ?? [];
		const end = closer.slice(gap.length);
		if (end !== "") this.#closers.push({ opener: offset, gap, text: end });
		// Documentation adds nothing but a blank where the end of the comment stands already.
		else if (outer !== undefined) outer.gap = gap + outer.gap;
	}

	/** How many more of these brackets were typed than closed, those right of the cursor included. */
	#opened({ open, close }: Pair): number {
		return (this.#depths.get(open) ?? 0) - this.#closers.filter(({ text }) => text === close).length;
	}

	#fillLimits(): void {
		for (const [i, { offset, closer }] of this.#innermost.entries()) {
			const next = this.#innermost[i + 1]?.offset ?? this.#text.length + 1;
			const limit = (closer && this.#passed.get(closer)) ?? this.#text.length;
			this.limits.fill(limit, offset, next);
		}
	}
}

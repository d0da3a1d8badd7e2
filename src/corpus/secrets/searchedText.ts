/** A text in which secrets are sought, and what is asked of it at many places. Each question takes a bounded time. */
import type { Span } from "./span.ts";

/** How a text is read: what stands without quotes is a value in settings, and mostly a name in code. */
export type TextKind = "settings" | "shell" | "prose" | "code";

/** UTF-16 units. Longer values are encoded data; an RSA key of 4,096 bits takes 3,300 in one line. */
export const longestValue = 8192;
/** How far back a line is followed. */
const longestPrefix = 512;

/** A quoted text, which may be put together from several. */
export interface Literal {
	/** The joined contents. */
	readonly value: string;
	/** The contents of each piece, without quotes. */
	readonly pieces: readonly Span[];
	/** Behind the last quote. */
	readonly end: number;
}

/** Before a quote: kinds of literals, and calls that only wrap them. */
const opening =
	/(?:(?:new )?(?:\w{1,30}(?:\.|::)){0,3}(?:ToSecure|SecretStr|SecureString|SecretString|SecretValue|String|Secret|Some|from|from_str|fromString|b64decode|decode|encode|bytes|unsafePlainText|nonsensitive|sensitive|to_string|plainToken|Text|trim)\()?\(?\s{0,2}[rbfuLNE@$&]{0,2}(\\{0,3})(["'`])/y;
/** Between the pieces of a text. */
const joint = /\s{0,80}(?:\+{1,2}|\.{1,2}|&|\|\||<>|\\)?\s{0,80}[rbfuL@$]{0,2}(?=\\{0,3}["'`])/y;
const mostPieces = 40;
/** In one run of text a pattern reads so many values. Names joined like those of a made-up text would each have the rest of it read. */
const mostInRun = 8;

export class SearchedText {
	readonly text: string;
	readonly kind: TextKind;
	/** For each pattern what it read last that did not lie in what it had read before, and at how many places it has read since. */
	readonly #runs = new Map<RegExp, { start: number; end: number; last: number; values: number }>();

	constructor(text: string, kind: TextKind) {
		this.text = text;
		this.kind = kind;
	}

	/** The line from its beginning to a place, or its last `longestPrefix` characters. */
	linePrefix(at: number): string {
		const part = this.text.slice(Math.max(0, at - longestPrefix), at);
		return part.slice(part.lastIndexOf("\n") + 1);
	}

	/** Where the line ends, without its `\r`; at most `longestValue` further. */
	lineEnd(at: number): number {
		const part = this.text.slice(at, at + longestValue);
		const end = part.indexOf("\n");
		if (end < 0) return at + part.length;
		return at + (part[end - 1] === "\r" ? end - 1 : end);
	}

	/**
	 * The value at a place, of which a sticky pattern says where it ends; null if there is none, or if the place lies in what the pattern
	 * has read before, and others in it were read often enough.
	 */
	value(pattern: RegExp, at: number): string | null {
		const run = this.#runs.get(pattern);
		const isWithin = run !== undefined && at >= run.start && at < run.end;
		if (isWithin && at !== run.last) {
			if (run.values === mostInRun) return null;
			run.values++;
			run.last = at;
		}
		pattern.lastIndex = at;
		const value = pattern.exec(this.text)?.[0] ?? null;
		if (value !== null && !isWithin)
			this.#runs.set(pattern, { start: at, end: at + value.length, last: at, values: 1 });
		return value;
	}

	/** Reads the quoted text at a place, or null. The pieces of a text that is put together are joined. */
	literal(at: number): Literal | null {
		opening.lastIndex = at;
		const open = opening.exec(this.text);
		if (!open) return null;
		let piece = this.#piece(opening.lastIndex, open[2] ?? '"', open[1] !== "");
		if (!piece) return null;
		const pieces = [piece.span];
		let value = this.text.slice(piece.span.start, piece.span.end);
		while (pieces.length < mostPieces) {
			joint.lastIndex = piece.end;
			if (!joint.test(this.text)) break;
			const isJoined = /[^\s\w@$]/.test(this.text.slice(piece.end, joint.lastIndex)) || joint.lastIndex > piece.end;
			if (!isJoined) break;
			opening.lastIndex = joint.lastIndex;
			const next = opening.exec(this.text);
			const further = next && this.#piece(opening.lastIndex, next[2] ?? '"', next[1] !== "");
			if (!further) break;
			piece = further;
			pieces.push(piece.span);
			value += this.text.slice(piece.span.start, piece.span.end);
		}
		return { value, pieces, end: piece.end };
	}

	/** The contents of a quoted text that begin at a place, and where it ends behind its quote. */
	#piece(from: number, quote: string, isEscaped: boolean): { span: Span; end: number } | null {
		const { text } = this;
		const triple = quote.repeat(3);
		if (!isEscaped && text.startsWith(triple, from - 1)) {
			const close = text.slice(from + 2, from + 2 + longestValue).indexOf(triple);
			return close < 0 ? null : { span: { start: from + 2, end: from + 2 + close }, end: from + close + 5 };
		}
		const limit = quote === "`" ? Math.min(text.length, from + longestValue) : this.lineEnd(from);
		const part = text.slice(from, limit);
		for (let close = part.indexOf(quote); close >= 0; close = part.indexOf(quote, close + 1)) {
			let backslashes = 0;
			while (part[close - 1 - backslashes] === "\\" && backslashes < 8) backslashes++;
			if (isEscaped ? backslashes > 0 : backslashes % 2 === 0) {
				return { span: { start: from, end: from + close - (isEscaped ? backslashes : 0) }, end: from + close + 1 };
			}
		}
		return null;
	}
}

const settings = new Set(
	"yml yaml ini cfg conf cnf config properties env toml xml json json5 jsonc plist tf tfvars hcl service netrc pgpass inventory reg desktop cmake gradle".split(
		" ",
	),
);
const shells = new Set("sh bash zsh fish ksh bat cmd ps1 dockerfile containerfile mk makefile".split(" "));

const prose = new Set("txt md markdown mdx rst adoc log csv tsv tex org pod".split(" "));

/** @param path of the file, relative or absolute; none: the text is read as code */
export function kindOfPath(path: string | undefined): TextKind {
	if (path === undefined) return "code";
	const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).toLowerCase();
	const extension = name.slice(name.lastIndexOf(".") + 1);
	if (shells.has(extension) || /^(?:dockerfile|containerfile|makefile)\b/.test(name)) return "shell";
	if (prose.has(extension)) return "prose";
	return settings.has(extension) || !name.includes(".") || name.startsWith(".") ? "settings" : "code";
}

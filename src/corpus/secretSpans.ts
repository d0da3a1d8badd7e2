/**
 * Finds and masks the secrets in a text, as a model can repeat what it has read. The time is linear in the length of the
 * text: no pattern has nested repetitions, and each repetition that something has to follow is bounded.
 */
import { looksRandom } from "./entropy.ts";
import { tokenShapes } from "./tokenShapes.ts";

/** Replaces a secret. People write this placeholder too, so it does no harm where it is suggested. */
export const secretMask = "xxxxxxxx";

/** Half-open range of UTF-16 indices. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

/** Replaces each secret in the text by `secretMask`. `masked` is the number of secrets. */
export function maskSecrets(text: string): { text: string; masked: number } {
	const spans = findSecrets(text);
	if (spans.length === 0) return { text, masked: 0 };
	const pieces: string[] = [];
	let end = 0;
	for (const span of spans) {
		pieces.push(text.slice(end, span.start), secretMask);
		end = span.end;
	}
	pieces.push(text.slice(end));
	return { text: pieces.join(""), masked: spans.length };
}

/** Finds the secrets in a text. The spans are in order, and no two touch. */
export function findSecrets(text: string): Span[] {
	const blocks = pemBlocks(text);
	const outside = [...tokens(text), ...passwordsInAddresses(text), ...assignedSecrets(text)].sort(byStart);
	// A span inside a block is a part of the key, or of something public, such as a certificate.
	let block = 0;
	const spans: Span[] = outside.filter(({ start, end }) => {
		while ((blocks[block]?.end ?? text.length) <= start) block++;
		return (blocks[block]?.start ?? text.length) >= end;
	});
	spans.push(...blocks.filter(({ isPrivate }) => isPrivate));

	const merged: { start: number; end: number }[] = [];
	for (const { start, end } of spans.sort(byStart)) {
		const last = merged.at(-1);
		if (last && start <= last.end) last.end = Math.max(last.end, end);
		else merged.push({ start, end });
	}
	return merged;
}

function byStart(one: Span, other: Span): number {
	return one.start - other.start;
}

const beginMark = "-----BEGIN ";
const endMark = "-----END ";
const blockLabel = /[A-Z0-9 ]{1,40}-----/y;
/** Lines of base64, which may be escaped or put together from strings; and the header of an encrypted key. */
const blockBody = /^[A-Za-z0-9+/=\s\\"'`,.:()-]*$/;
const blockContent = /[A-Za-z0-9+/=]{24}/;
/** An RSA key of 16,384 bits takes about 13,000 characters. */
const maxBlock = 32_768;

/** Finds the contents of PEM blocks: keys and certificates. Compares each begin mark with the next end mark only. */
function pemBlocks(text: string): (Span & { isPrivate: boolean })[] {
	const blocks: (Span & { isPrivate: boolean })[] = [];
	let begin = text.indexOf(beginMark);
	let end = 0;
	while (begin >= 0 && end >= 0) {
		const following = text.indexOf(beginMark, begin + 1);
		if (end <= begin) end = text.indexOf(endMark, begin);
		blockLabel.lastIndex = begin + beginMark.length;
		const label = blockLabel.exec(text)?.[0];
		const isClosed = end > begin && (following < 0 || end < following) && end - begin < maxBlock;
		if (label && isClosed) {
			const start = blockLabel.lastIndex;
			const body = text.slice(start, end);
			if (blockBody.test(body) && blockContent.test(body)) {
				blocks.push({ ...trimBlock(text, start, end), isPrivate: label.includes("PRIVATE KEY") });
			}
		}
		begin = following;
	}
	return blocks;
}

/** Takes the line ends around the content out of the span. */
function trimBlock(text: string, start: number, end: number): Span {
	const isContent = (index: number) => /[A-Za-z0-9+/=]/.test(text[index] ?? "") && text[index - 1] !== "\\";
	let from = start;
	let to = end;
	while (from < to && !isContent(from)) from++;
	while (to > from && !isContent(to - 1)) to--;
	return { start: from, end: to };
}

/** By character code: 1 for those that tokens are made of, and for those that join the parts of a token. */
const isTokenCharacter = Uint8Array.from({ length: 128 }, (_, code) =>
	Number(/[\w$+./:=~-]/.test(String.fromCharCode(code))),
);
/** No shape in `tokenShapes` is shorter. */
const leastToken = 15;
/** Longer runs of random characters are encoded data. */
const maxToken = 512;
const base64 = /[A-Za-z0-9+/_-]{20,}={0,2}/g;
/** Text before random characters that are public: digests, and the contents of images and fonts. */
const publicContext = /(?:sha-?(?:1|224|256|384|512)["']?[ \t]?[-:=][ \t]?["']?|;base64,|h1:)$/i;
const digest = /^sha\d{3}-/i;

/** Finds tokens of known shape, and random characters, in the long runs of token characters. */
function* tokens(text: string): Generator<Span> {
	for (const { start, end } of longRuns(text)) {
		const run = text.slice(start, end);
		for (const match of matches(tokenShapes, run)) {
			yield { start: start + match.index, end: start + match.index + match[0].length };
		}
		for (const match of matches(base64, run)) yield* randomParts(text, start + match.index, match[0]);
	}
}

/** As `matchAll`, which copies the pattern at each call; there are many runs. */
function* matches(pattern: RegExp, run: string): Generator<RegExpExecArray> {
	pattern.lastIndex = 0;
	for (let match = pattern.exec(run); match; match = pattern.exec(run)) yield match;
}

function longRuns(text: string): Span[] {
	const runs: Span[] = [];
	let start = 0;
	for (let end = 0; end <= text.length; end++) {
		// At the end of the text the code is NaN, and no character.
		if (isTokenCharacter[text.charCodeAt(end)] === 1) continue;
		if (end - start >= leastToken) runs.push({ start, end });
		start = end + 1;
	}
	return runs;
}

function* randomParts(text: string, at: number, run: string): Generator<Span> {
	if (run.length > maxToken || digest.test(run) || publicContext.test(text.slice(Math.max(0, at - 12), at))) return;
	// A run with slashes is base64, or a path in which one part may be a token.
	const isPath = /(?:^|\/)(?:[a-z]{3,})?(?:\/|$)/.test(run);
	const isBase64 = run.includes("/") && !isPath && looksRandom(run.replaceAll(/[/=]/g, ""), true);
	let start = at;
	for (const part of isBase64 ? [run] : run.split("/")) {
		if (isBase64 || looksRandom(part)) yield { start, end: start + part.length };
		start += part.length + 1;
	}
}

/** scheme://user:password@host */
const address = /:\/\/[^\s:/@"'`<>]{0,80}:([^\s/@"'`<>]{3,200})@(?=[\w[{$])/dg;
/** A signed address works like a password until it expires. */
const signature = /[?&](?:sig|signature|X-Amz-Signature|X-Goog-Signature)=([\w%+/=-]{20,})/dgi;
const authorization = /\b(?:Bearer|Basic|bearer|basic) {1,2}([\w.~+/=-]{16,})/dg;

function* passwordsInAddresses(text: string): Generator<Span> {
	for (const match of text.matchAll(address)) {
		if (!isPlaceholder(match[1] ?? "")) yield groupSpan(match);
	}
	for (const match of text.matchAll(signature)) yield groupSpan(match);
	for (const match of text.matchAll(authorization)) {
		if (isMixed(match[1] ?? "")) yield groupSpan(match);
	}
}

function groupSpan(match: RegExpExecArray): Span {
	const [start, end] = match.indices?.[1] ?? [0, 0];
	return { start, end };
}

/** The words that end the name of a secret; group 1 for passwords. */
const keyword =
	/(password|passwd|passphrase|passwort|pwd)|(?:secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|account[_-]?key|auth[_-]?key|license[_-]?key|client[_-]?secret|credentials?)/gi;
/** Between a name and its value: a closing quote or bracket, a type, an operator. */
const operator =
	/["'`]?\]?[?!]?(?:[ \t]{0,20}:[ \t]{0,20}(?:&'static )?[&\w<> .|?]{1,30})?[ \t]{0,40}(?::=|={1,3}>?|:)[ \t]{0,40}/y;
const quoted = /[rbfuL@$]{0,2}(["'`])((?:(?!\1)[^\\\n]|\\[^\n]){1,400})\1/dy;
/** A value without quotes, which ends with the line, the field of a connection string, or the parameter of an address. */
const bare = /[^\s"'`(){}[\],;&<>$#]{4,200}(?=[ \t]{0,20}(?:\r?\n|$|[#;&"'`]))/y;

/** Finds the values of names that belong to secrets, in code, JSON, YAML, properties and connection strings. */
function* assignedSecrets(text: string): Generator<Span> {
	for (const match of text.matchAll(keyword)) {
		const isPassword = match[1] !== undefined;
		operator.lastIndex = match.index + match[0].length;
		if (!operator.test(text)) continue;
		quoted.lastIndex = bare.lastIndex = operator.lastIndex;
		const literal = quoted.exec(text);
		if (literal) {
			const value = literal[2] ?? "";
			const [start, end] = literal.indices?.[2] ?? [0, 0];
			if (isPassword ? isPassphrase(value) : isMixed(value) && !isPlaceholder(value)) yield { start, end };
			continue;
		}
		const word = bare.exec(text)?.[0];
		if (word === undefined || isPlaceholder(word) || isTypeName(word)) continue;
		if (isPassword ? isBarePassword(word) || isSetting(text, match, word) : isMixed(word) && !isMember(word)) {
			yield { start: bare.lastIndex - word.length, end: bare.lastIndex };
		}
	}
}

/** Whether the quoted value of a password's name is a password: not a label, a type or a placeholder. */
function isPassphrase(value: string): boolean {
	if (value.length < 4 || /\s/.test(value) || isPlaceholder(value) || isTypeName(value)) return false;
	const isLabel = /^\p{Lu}\p{Ll}*$/u.test(value) || (/^\p{L}*$/u.test(value) && /[^\0-\x7f]/.test(value));
	return !isLabel;
}

/** Whether a value without quotes is a password. Its digits tell it from the name of a variable. */
function isBarePassword(word: string): boolean {
	return word.length >= 6 && /\d/.test(word) && /[A-Za-z]/.test(word) && !isMember(word);
}

/** Whether the value ends a line that begins with a NAME_IN_CAPITALS, as in a file of settings, where values need no quotes. */
function isSetting(text: string, { index, 0: key }: RegExpExecArray, word: string): boolean {
	const start = nameStart(text, index);
	const ends = /[\r\n]|^$/.test(text[bare.lastIndex] ?? "");
	return ends && /^[A-Z][A-Z0-9_]*$/.test(text.slice(start, index + key.length)) && !/^(?:0x)?[\d_]{1,6}$/.test(word);
}

function nameStart(text: string, from: number): number {
	let start = from;
	while (start > 0 && from - start < 60 && /\w/.test(text[start - 1] ?? "")) start--;
	return start;
}

/** Whether the value is the member of something: `settings.password2`. */
function isMember(word: string): boolean {
	return /^[A-Za-z_]\w*(?:(?:\.|::|->)\w+)+$/.test(word);
}

const sizedType = /^(?:[uif]\d+|u?int\d+|float\d+|sha\d+|utf\d+|base\d+|md5|s3|v\d+|oauth\d?)$/i;
const typeWords = new Set(
	"string text bool boolean number varchar char str required optional hidden visible null none nil undefined true false basic plain bearer oauth digest local prompt input field value file stdin ignore".split(
		" ",
	),
);

function isTypeName(word: string): boolean {
	return sizedType.test(word) || typeWords.has(word);
}

const reference =
	/^(?:\$[A-Za-z_{(]|\{|<|%|#|@|\/|\.|~|https?:|env[.:(]|process\.|os\.|arn:|vault:|file:)|\$\{|\{\{|#\{|%[sd(]|\.\.\./;
const standIn =
	/pass|pwd|secret|token|key|credential|example|sample|dummy|placeholder|change|your|redacted|masked|hidden|removed|foo|bar|none|null|undefined|required|optional|string/i;

/** Whether the value only stands in for a secret: a reference to it, a name for it, asterisks. */
function isPlaceholder(value: string): boolean {
	if (reference.test(value) || new Set(value.slice(0, 64)).size <= 2) return true;
	return standIn.test(value) && /^[\p{L}_.\-/:]*$/u.test(value);
}

/**
 * Whether letters and digits alternate in the value more than in words, versions and identifiers. Less strict than
 * `looksRandom`, for values whose name says that they are secrets.
 */
function isMixed(value: string): boolean {
	if (value.length < 8 || value.length > 4000 || /\s/.test(value)) return false;
	for (const piece of value.split(/[^A-Za-z0-9]+/)) {
		if (piece.length < 8 || isTypeName(piece)) continue;
		const changes = piece.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
		if (changes >= 2 || looksRandom(piece)) return true;
	}
	return false;
}

/**
 * Watches what the user replaces, and finds the places in the open documents where the same is likely wanted. A change costs
 * the time of its lines; the search goes on in slices whenever the caller has time for one.
 */

import { findSecrets } from "../corpus/secrets/mask.ts";
import { isSecretPath } from "../corpus/secrets/paths.ts";
import type { Position, TextChange } from "../domain/text.ts";
import { Candidate, type Found, type Place, type Search } from "./candidate.ts";
import { isLikely, isPossible } from "./likelihood.ts";
import { Lines } from "./lines.ts";
import type { Pattern } from "./pattern.ts";
import { longestLine, type Recorded, Recorder } from "./recorder.ts";
import { replacementOf } from "./replacement.ts";

/** `user`: typed, pasted or deleted at the one cursor; `undo`: taken back; `other`: all that is no replacement by the user. */
export type Cause = "user" | "undo" | "other";

/** A commit rarely has more kinds of replacements that come again. */
const mostCandidates = 24;
/** Whether a new text is known is looked up in so many lines: about a millisecond. */
const freshnessLines = 10_000;
/** Patterns that the user turned against; the oldest are forgotten first. */
const mostSilenced = 200;
/** What a line costs in a search beside its characters. */
const lineCost = 16;
/** Of a place, in lines: its surroundings are compared. */
const matchCost = 8;
/** Of the search for secrets, in times of looking through a line. */
const secretsCost = 8;

export class Repeats {
	readonly #documents = new Map<string, Lines>();
	readonly #recorder = new Recorder();
	#candidates: Candidate[] = [];
	readonly #silenced = new Set<string>();
	#sequence = 0;
	/** What the last pause of the user taught; typing on takes it back. */
	#provisional: { readonly candidate: Candidate; readonly recorded: Recorded } | undefined;
	#shown: { readonly candidate: Candidate; readonly place: Found } | undefined;
	/** Places that the caller is about to change, by where they stand. */
	readonly #expected = new Map<string, Expected>();

	/** Begins to watch a document; its secrets are left alone, and files of secrets altogether. */
	open(document: string, path: string, lines: readonly string[]): void {
		if (!isSecretPath(path)) this.#documents.set(document, new Lines(lines));
	}

	close(document: string): void {
		this.#documents.delete(document);
		for (const candidate of this.#candidates) candidate.close(document);
		if (this.#recorder.recorded?.document === document) this.#endRecording();
		if (this.#shown?.place.document === document) this.#shown = undefined;
	}

	has(document: string): boolean {
		return this.#documents.has(document);
	}

	/** @param changes made at once, or one after the other, each on the text that the one before left */
	change(document: string, changes: readonly TextChange[], cause: Cause): void {
		const lines = this.#documents.get(document);
		if (!lines) return;
		const [change] = changes;
		// A repeat at the cursor looks as if it was typed.
		const isTyped = cause === "user" && !changes.some((one) => this.#expectedAt(document, one));
		if (isTyped && changes.length === 1 && change) this.#typed(document, change, lines.at(change.start.line));
		else this.#notTyped(document, changes, cause, lines);
		for (const change of changes) {
			const expected = this.#expectedAt(document, change);
			const before = lines.at(change.start.line);
			if (!lines.change(change)) {
				this.close(document);
				return;
			}
			for (const candidate of this.#candidates) candidate.change(document, change);
			if (expected) this.#repeated(expected, before);
		}
	}

	#expectedAt(document: string, change: TextChange): Expected | undefined {
		const { line, character } = change.start;
		const expected = this.#expected.get(spotOf({ document, line, start: character }));
		return expected && isSame(expected.place, document, change) ? expected : undefined;
	}

	/** A place was changed as it was offered. */
	#repeated(expected: Expected, before: string): void {
		const { candidate, place } = expected;
		this.#expected.delete(spotOf(place));
		candidate.pattern.add({ left: before.slice(0, place.start), right: before.slice(place.end) });
		candidate.made.add(place);
		candidate.repeated.add(place);
		candidate.sequence = ++this.#sequence;
		candidate.searches.clear();
		if (this.#shown?.candidate === candidate) this.#shown = undefined;
	}

	#typed(document: string, change: TextChange, before: string): void {
		this.#expected.clear();
		if (this.#recorder.isContinuedBy(document, change)) {
			this.#retract();
			this.#shown = undefined;
		} else {
			this.settle();
			this.#endRecording();
			// Who changes something else has seen the hint and let it be.
			if (this.#shown && !isAt(this.#shown.place, document, change)) this.pass();
			this.#shown = undefined;
		}
		this.#recorder.type(document, change, before);
	}

	#notTyped(document: string, changes: readonly TextChange[], cause: Cause, lines: Lines): void {
		if (cause === "undo") for (const change of changes) this.#undone(document, change, lines.at(change.start.line));
		this.settle();
		this.#endRecording();
		if (this.#shown?.place.document === document) this.#shown = undefined;
	}

	/** What the user takes back is not offered again. */
	#undone(document: string, change: TextChange, before: string): void {
		const provisional = this.#provisional;
		if (provisional?.recorded.document === document && provisional.recorded.line === change.start.line) this.#retract();
		this.#recorder.end();
		if (change.start.line !== change.end.line || /[\r\n]/.test(change.text) || before.length > longestLine) return;
		const after = before.slice(0, change.start.character) + change.text + before.slice(change.end.character);
		const { old, new: now } = replacementOf(before, after);
		for (const { pattern, repeated } of this.#candidates) {
			if (pattern.old !== now || pattern.new !== old) continue;
			if (repeated.onLine(document, change.start.line)) this.#silence(pattern);
			else this.#forget(pattern);
		}
	}

	/** The user pauses: what was typed so far is a replacement, unless more of it follows. */
	settle(): void {
		const { recorded } = this.#recorder;
		if (recorded && !this.#provisional) this.#learn(recorded);
	}

	#learn(recorded: Recorded): void {
		const { document, line, replacement } = recorded;
		const { left, old, new: now, right } = replacement;
		if (old.trim() === "" && now.trim() === "") return;
		const inverse = this.#candidates.find(({ pattern }) => pattern.old === now && pattern.new === old);
		if (inverse) {
			this.#silence(inverse.pattern);
			return;
		}
		if (this.#silenced.has(keyOf(old, now)) || this.#silenced.has(keyOf(now, old))) return;
		if (touchesSecret(left, old, right) || touchesSecret(left, now, right)) return;
		let candidate = this.#candidates.find(({ pattern }) => pattern.admits(replacement));
		if (candidate) candidate.pattern.add(replacement);
		else {
			candidate = new Candidate(replacement, this.#isFresh(now, document, line));
			this.#candidates.push(candidate);
		}
		candidate.made.add({ document, line, start: left.length });
		candidate.sequence = ++this.#sequence;
		candidate.searches.clear();
		this.#provisional = { candidate, recorded };
		this.#dropWeakest();
	}

	/** Keeps what has come again longest. */
	#dropWeakest(): void {
		if (this.#candidates.length <= mostCandidates) return;
		const [weakest] = this.#candidates.toSorted(
			(one, other) =>
				Math.min(2, one.pattern.examples) - Math.min(2, other.pattern.examples) || one.sequence - other.sequence,
		);
		if (weakest) this.#forget(weakest.pattern);
	}

	/** Takes back what was learned at the last pause. */
	#retract(): void {
		const provisional = this.#provisional;
		if (!provisional) return;
		this.#provisional = undefined;
		const { pattern, searches } = provisional.candidate;
		pattern.retract();
		searches.clear();
		if (pattern.examples === 0) this.#forget(pattern);
	}

	#endRecording(): void {
		this.#recorder.end();
		this.#provisional = undefined;
	}

	#silence(pattern: Pattern): void {
		this.#silenced.add(keyOf(pattern.old, pattern.new));
		const [oldest] = this.#silenced;
		if (this.#silenced.size > mostSilenced && oldest !== undefined) this.#silenced.delete(oldest);
		this.#forget(pattern);
	}

	#forget(pattern: Pattern): void {
		this.#candidates = this.#candidates.filter((candidate) => candidate.pattern !== pattern);
		if (this.#shown?.candidate.pattern === pattern) this.#shown = undefined;
		if (this.#provisional?.candidate.pattern === pattern) this.#endRecording();
	}

	/** Whether a text stands nowhere but in the line where it was just written. */
	#isFresh(text: string, document: string, line: number): boolean {
		if (text === "") return false;
		let left = freshnessLines;
		for (const [id, lines] of this.#documents)
			for (let at = 0; at < lines.count && left > 0; at++, left--)
				if ((id !== document || at !== line) && lines.at(at).includes(text)) return false;
		return true;
	}

	/**
	 * Goes on with the search.
	 *
	 * @param budget about how many characters to look through
	 * @param first the document to look through first
	 * @returns whether all documents have been looked through
	 */
	search(budget: number, first?: string): boolean {
		let left = budget;
		const others = [...this.#documents].filter(([document]) => document !== first);
		const begin = first === undefined ? undefined : this.#documents.get(first);
		const documents = first === undefined || !begin ? others : [[first, begin] as const, ...others];
		for (const [document, lines] of documents)
			for (const candidate of this.#candidates) {
				left = this.#searchIn(candidate, document, lines, left);
				if (left <= 0) return false;
			}
		return true;
	}

	#searchIn(candidate: Candidate, document: string, lines: Lines, budget: number): number {
		const search: Search = candidate.searches.get(document) ?? { line: 0, found: [], isDone: false };
		candidate.searches.set(document, search);
		let left = budget;
		for (; search.line < lines.count && left > 0; search.line++) {
			const line = lines.at(search.line);
			left -= line.length + lineCost;
			if (line.length > longestLine) continue;
			const { pattern, made } = candidate;
			let secrets: readonly Span[] | undefined;
			for (const match of pattern.matches(line)) {
				left -= matchCost * lineCost;
				const place = {
					document,
					line: search.line,
					start: match.start,
					end: match.end,
					old: pattern.old,
					new: pattern.new,
				};
				if (made.has(place) || !isPossible(pattern, match)) continue;
				// A search for secrets takes longer than all else; one is enough for a line.
				if (secrets === undefined) left -= secretsCost * line.length;
				secrets ??= findSecrets(line);
				if (!isIn(secrets, match)) search.found.push({ ...place, match });
			}
		}
		search.isDone = search.line >= lines.count;
		return left;
	}

	/**
	 * The place that is likely enough to be shown without being asked for and comes next: in the cursor's own line or below it,
	 * as far as the search has come. Places in the lines above are not shown: the user has come past them.
	 */
	hint(document: string, position: Position): Place | undefined {
		this.#shown = undefined;
		for (const candidate of this.#candidates) {
			if (candidate.isSilent) continue;
			for (const place of candidate.searches.get(document)?.found ?? []) {
				if (place.line < position.line || !this.#isLikely(candidate, place)) continue;
				if (!this.#shown || comesBefore(place, this.#shown.place, position)) this.#shown = { candidate, place };
				if (place.line > position.line) break;
			}
		}
		return this.#shown?.place;
	}

	#isLikely({ pattern, isFresh, refused }: Candidate, found: Found): boolean {
		return !refused.has(found) && isLikely(pattern, found.match, isFresh);
	}

	/** All places of the replacement that is shown, or else of the last one that the user made. */
	get places(): readonly Place[] {
		return foundBy(this.#current);
	}

	/** Those of `places` that are likely enough to be shown without being asked for. */
	get likelyPlaces(): ReadonlySet<Place> {
		const candidate = this.#current;
		return new Set(foundBy(candidate).filter((place) => candidate && this.#isLikely(candidate, place)));
	}

	/**
	 * The place to change when the user asks for it: the one that is shown, else the next of the last replacement: in the
	 * cursor's own line, then below, then above, then in other documents.
	 */
	next(document: string, position: Position): Place | undefined {
		if (this.#shown) return this.#shown.place;
		const here = this.places.filter((place) => place.document === document);
		const ahead = here.filter(({ line }) => line >= position.line);
		const [first] = ahead.sort((one, other) => (comesBefore(one, other, position) ? -1 : 1));
		return first ?? here[0] ?? this.places[0];
	}

	get #current(): Candidate | undefined {
		return this.#shown?.candidate ?? this.#candidates.toSorted((one, other) => other.sequence - one.sequence)[0];
	}

	/** The caller is about to change these places. */
	take(places: readonly Place[]): void {
		const candidates = new Map<Place, Candidate>();
		for (const candidate of this.#candidates) for (const found of foundBy(candidate)) candidates.set(found, candidate);
		this.#expected.clear();
		for (const place of places) {
			const candidate = candidates.get(place);
			if (candidate) this.#expected.set(spotOf(place), { candidate, place });
		}
	}

	/** The user does not want the hint. */
	pass(): void {
		if (this.#shown) this.#shown.candidate.refuse(this.#shown.place);
		this.#shown = undefined;
	}

	/** Forgets all replacements and documents. */
	clear(): void {
		this.#documents.clear();
		this.#candidates = [];
		this.#endRecording();
		this.#shown = undefined;
		this.#expected.clear();
	}
}

/** A place that the caller is about to change. */
interface Expected {
	readonly candidate: Candidate;
	readonly place: Place;
}

function foundBy(candidate: Candidate | undefined): Found[] {
	return candidate ? [...candidate.searches.values()].flatMap(({ found }) => found) : [];
}

function spotOf({ document, line, start }: Pick<Place, "document" | "line" | "start">): string {
	return `${line}:${start}:${document}`;
}

function keyOf(old: string, now: string): string {
	return JSON.stringify([old, now]);
}

function isSame(place: Place, document: string, { start, end, text }: TextChange): boolean {
	return (
		place.document === document &&
		place.line === start.line &&
		place.line === end.line &&
		place.start === start.character &&
		place.end === end.character &&
		place.new === text
	);
}

/** Whether a change touches the place. */
function isAt(place: Place, document: string, { start, end }: TextChange): boolean {
	if (place.document !== document || place.line < start.line || place.line > end.line) return false;
	const isLeft = place.line === end.line && end.character < place.start;
	return !isLeft && !(place.line === start.line && start.character > place.end);
}

/** Of places that are not above the cursor: those from it to the end of its line come first, then the rest of its line. */
function comesBefore(one: Place, other: Place, { line, character }: Position): boolean {
	if (one.line !== other.line) return one.line < other.line;
	const isPast = ({ start }: Place) => one.line === line && start < character;
	if (isPast(one) !== isPast(other)) return isPast(other);
	return one.start < other.start;
}

function touchesSecret(left: string, text: string, right: string): boolean {
	const place = { start: left.length, end: left.length + text.length };
	return isIn(findSecrets(left + text + right), place);
}

/** Where something stands in a line: UTF-16 columns. */
interface Span {
	readonly start: number;
	readonly end: number;
}

/** Whether a place is in a secret, or next to one. */
function isIn(secrets: readonly Span[], { start, end }: Span): boolean {
	return secrets.some((secret) => secret.start <= end && secret.end >= start);
}

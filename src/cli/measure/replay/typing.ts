/** Types texts from left to right past ideal users: one for each way of being suggested to, and each policy. */
import type { Position, TextChange } from "../../../domain/text.ts";
import { closingPlan, plainPlan } from "../../../tuning/typist/typingPlan.ts";
import { IdealUser, type KeyPress, type Policy, policies } from "./idealUser.ts";
import { Reliability } from "./reliability.ts";
import type { Offer, Suggester } from "./suggester.ts";
import { Tally } from "./tally.ts";
import { TypedText } from "./typedText.ts";

export interface TextFile {
	/** Relative to the workspace, with "/". */
	readonly path: string;
	/** With `\n` line ends. */
	readonly text: string;
}

/** How the users did that were suggested to in one way. */
export interface Outcome extends Readonly<Record<Policy, Tally>> {
	/** Of what the user of whole suggestions was shown. */
	readonly reliability: Reliability;
}

/** Those who see the same suggestions. What one has asked for, the others are told again. */
class Users {
	readonly #suggest: () => Offer | null;
	readonly #reliability = new Reliability();
	readonly #tallies: Readonly<Record<Policy, Tally>> = { whole: new Tally(), word: new Tally(), either: new Tally() };
	readonly #users: Readonly<Record<Policy, IdealUser>> = {
		whole: new IdealUser("whole", ({ probability }, isRight) => {
			if (probability !== null) this.#reliability.add(probability, isRight);
		}),
		word: new IdealUser("word"),
		either: new IdealUser("either"),
	};

	constructor(suggest: () => Offer | null) {
		this.#suggest = suggest;
	}

	get outcome(): Outcome {
		return { ...this.#tallies, reliability: this.#reliability };
	}

	begin(text: TypedText): void {
		for (const [, user] of this.#all) {
			user.open();
			user.begin(text);
		}
	}

	press(key: KeyPress): void {
		let offer: Offer | null | undefined;
		const ask = (): Offer | null => {
			if (offer === undefined) offer = this.#suggest();
			return offer;
		};
		for (const [policy, user] of this.#all) user.press(key, [this.#tallies[policy]], ask);
	}

	edited(document: string, change: TextChange): void {
		for (const [, user] of this.#all) user.edited(document, change);
	}

	get #all(): readonly (readonly [Policy, IdealUser])[] {
		return policies.map((policy) => [policy, this.#users[policy]]);
	}
}

type NameOf<S> = S extends Suggester<never> ? keyof S["suggest"] & string : never;

/**
 * All users write the same text, so the suggesters follow it once, key by key, and are asked only where a user is who
 * has not accepted further and sees nothing to go on with. What is learned on the way is the same for all.
 *
 * @param onKey called after each key with the UTF-16 units typed so far
 * @param closes the editor closes brackets and quotes by itself
 */
export function typeThrough<S extends Suggester<never>>(
	files: readonly TextFile[],
	suggesters: readonly S[],
	onKey: (typed: number) => void,
	closes = true,
): Record<NameOf<S>, Outcome> {
	const users = new Map<string, Users>();
	for (const { suggest } of suggesters) {
		for (const [name, ask] of Object.entries<() => Offer | null>(suggest)) users.set(name, new Users(ask));
	}
	let done = 0;
	for (const { path, text } of files) {
		const plan = closes ? closingPlan(text, { path, before: "", after: "" }) : plainPlan(text, true);
		typeFile(path, new TypedText(text, plan), suggesters, [...users.values()], (offset) => onKey(done + offset));
		done += text.length;
	}
	const outcomes = [...users].map(([name, { outcome }]) => [name, outcome] as const);
	return Object.fromEntries(outcomes) as Record<NameOf<S>, Outcome>;
}

function typeFile(
	path: string,
	text: TypedText,
	suggesters: readonly Suggester<never>[],
	users: readonly Users[],
	onKey: (offset: number) => void,
): void {
	for (const suggester of suggesters) suggester.open(path);
	for (const one of users) one.begin(text);
	const lineAt = (line: number) => text.line(line);
	let offset = 0;
	let cursor: Position = { line: 0, character: 0 };
	for (const stroke of text.strokes) {
		const { text: typed, replaced, closers, right } = stroke;
		const before = text.text.slice(offset - cursor.character, offset);
		const place = { document: path, line: cursor.line, before, after: right.split("\n", 1)[0] as string };
		for (const one of users) one.press({ offset, length: typed.length, place, lineAt });
		const change = { start: cursor, end: endOf(cursor, replaced), text: typed + closers };
		for (const suggester of suggesters) suggester.type(typed, stroke);
		for (const one of users) one.edited(path, change);
		offset += typed.length;
		cursor = endOf(cursor, typed);
		onKey(offset);
	}
	for (const suggester of suggesters) suggester.close();
}

/** Where the cursor is once `typed` was typed at `start`. */
export function endOf({ line, character }: Position, typed: string): Position {
	const lineEnds = typed.split("\n");
	const last = lineEnds.at(-1) as string;
	return lineEnds.length === 1
		? { line, character: character + typed.length }
		: { line: line + lineEnds.length - 1, character: last.length };
}

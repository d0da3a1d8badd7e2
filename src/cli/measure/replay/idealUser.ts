/**
 * A user who knows what is to be written and accepts exactly what is right, at an editor that goes on with a suggestion
 * while it is typed.
 */
import { isShowable } from "../../../completion/gate.ts";
import { type CursorLine, type Shown, ShownSuggestions } from "../../../completion/shownSuggestions.ts";
import type { TextChange } from "../../../domain/text.ts";
import { nextWordLength } from "./nextWord.ts";
import type { Offer } from "./suggester.ts";
import type { Tally } from "./tally.ts";
import type { TypedText } from "./typedText.ts";

/**
 * `whole`: Tab takes the suggestion if all of it is right. `word`: a key takes the next word of it, if that is right and
 * longer than what one key would type anyway; such a suggestion was accepted if a word of it was.
 * `either`: the whole of it if that is right, else the next word.
 */
export const policies = ["whole", "word", "either"] as const;
export type Policy = (typeof policies)[number];

/** What is told of each suggestion when it appears. */
export type OnShown = (offer: Offer, isRight: boolean) => void;

/** VS Code's, unless the file says otherwise. */
const tabSize = 4;

/** A key about to be pressed. */
export interface KeyPress {
	/** UTF-16 units from the start of the text that is typed. */
	readonly offset: number;
	/** UTF-16 units that the key adds, or goes over. */
	readonly length: number;
	readonly place: CursorLine;
	/** Lines of the document, without their ends. */
	readonly lineAt: (line: number) => string;
}

export class IdealUser {
	readonly #policy: Policy;
	readonly #onShown: OnShown;
	#text: TypedText | null = null;
	#end = 0;
	/** Up to here the text is written, by typing or accepting. */
	#written = 0;
	#recent = new ShownSuggestions();
	/** The suggestion of which a word was accepted. */
	#accepting: Shown | null = null;

	constructor(policy: Policy, onShown: OnShown = () => undefined) {
		this.#policy = policy;
		this.#onShown = onShown;
	}

	/** Begins to type a text, of which all that counts lies before `end`. */
	begin(text: TypedText, end = text.text.length): void {
		this.#text = text;
		this.#end = end;
		this.#written = 0;
	}

	/** All up to an offset is there without typing. */
	skipTo(offset: number): void {
		this.#written = Math.max(this.#written, offset);
	}

	/** Begins a document. */
	open(): void {
		this.#recent.clear();
	}

	/**
	 * Presses a key where the document has come to, unless what is accepted already reaches further.
	 *
	 * @param tallies what it comes to is added to each
	 * @param ask called if the editor would ask for a suggestion
	 */
	press(key: KeyPress, tallies: readonly Tally[], ask: () => Offer | null): void {
		const text = this.#text as TypedText;
		const { offset } = key;
		const typed = offset + key.length;
		const keys = text.keysBetween(offset, typed);
		for (const tally of tallies) tally.characters += keys;
		if (this.#written > offset) {
			// Inside the blanks of a new line, which the editor fills in.
			this.#written = Math.max(this.#written, typed);
			return;
		}
		const isSilent = text.keysBetween(0, offset) === 0;
		const accepted = isSilent ? 0 : this.#accept(key, tallies, ask);
		for (const tally of tallies) {
			tally.keys += accepted > 0 ? 1 : keys;
			tally.acceptedCharacters += text.keysBetween(offset, Math.max(offset, Math.min(offset + accepted, this.#end)));
		}
		this.#written = accepted > 0 ? offset + accepted : typed;
	}

	/** What stands at `place` once all is typed, if it was not seen before. */
	after({ place, lineAt }: Pick<KeyPress, "place" | "lineAt">, ask: () => Offer | null): Offer | null {
		if (this.#written > (this.#text as TypedText).text.length) return null;
		if (this.#recent.continueAt(place, "", lineAt) !== undefined) return null;
		const offer = ask();
		return offer !== null && isShowable(offer.text, place.before, tabSize) ? offer : null;
	}

	/** To be told of each change of the document. */
	edited(document: string, change: TextChange): void {
		this.#recent.edited(document, [change]);
	}

	/** UTF-16 units accepted; 0 if there is nothing right. */
	#accept(key: KeyPress, tallies: readonly Tally[], ask: () => Offer | null): number {
		const text = this.#text as TypedText;
		const { offset } = key;
		const seen = this.#see(key, tallies, ask);
		if (seen === null) return 0;
		const whole = seen.text.length;
		const isRight = (length: number) => text.continuesWith(seen.text.slice(0, length), offset);
		const takesWhole = this.#policy === "whole" || (this.#policy === "either" && isRight(whole));
		const length = takesWhole ? whole : nextWordLength(seen.text);
		if (!isRight(length) || text.keysBetween(offset, offset + length) < 2) return 0;
		if (this.#accepting !== seen.shown) for (const tally of tallies) tally.accepted++;
		this.#accepting = seen.shown;
		if (length === whole) this.#recent.remove(seen.shown);
		return length;
	}

	/** What stands in the editor now: the rest of a suggestion, else a new one. */
	#see(
		{ place, offset, lineAt }: KeyPress,
		tallies: readonly Tally[],
		ask: () => Offer | null,
	): { readonly text: string; readonly shown: Shown } | null {
		const known = this.#recent.continueAt(place, "", lineAt);
		if (known !== undefined) return known;
		const offer = ask();
		if (offer === null || !isShowable(offer.text, place.before, tabSize)) return null;
		const shown: Shown = { place, texts: [offer.text], at: 0 };
		this.#recent.add(shown);
		for (const tally of tallies) tally.shown++;
		this.#onShown(offer, (this.#text as TypedText).continuesWith(offer.text, offset));
		return { text: offer.text, shown };
	}
}

/**
 * A user who knows what is to be written and accepts exactly what is right, at an editor that goes on with a suggestion
 * while it is typed.
 */
import { isShowable } from "../../../completion/gate.ts";
import { type Place, type Shown, ShownSuggestions } from "../../../completion/shownSuggestions.ts";
import type { TextChange } from "../../../domain/text.ts";
import { nextWordLength } from "./nextWord.ts";
import type { Offer } from "./suggester.ts";
import { Tally } from "./tally.ts";
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

export class IdealUser {
	readonly tally = new Tally();
	readonly #policy: Policy;
	readonly #onShown: OnShown;
	#text: TypedText | null = null;
	/** Up to here the text is written, by typing or accepting. */
	#written = 0;
	#recent = new ShownSuggestions();
	/** The suggestion of which a word was accepted. */
	#accepting: Shown | null = null;

	constructor(policy: Policy, onShown: OnShown = () => undefined) {
		this.#policy = policy;
		this.#onShown = onShown;
	}

	/** Begins a document. */
	begin(text: TypedText): void {
		this.#text = text;
		this.#written = 0;
		this.#recent.clear();
		this.tally.characters += text.characters;
	}

	/**
	 * Presses a key where the document has come to, unless what is accepted already reaches further. The cursor stands
	 * `offset` UTF-16 units from the start, at `place`; `ask` is called if the editor would ask for a suggestion.
	 *
	 * @param stroke what the key adds that types on
	 */
	press(place: Place, offset: number, stroke: string, ask: () => Offer | null): void {
		const text = this.#text as TypedText;
		const typed = offset + stroke.length;
		if (this.#written > offset) {
			// Inside the blanks of a new line, which the editor fills in.
			this.#written = Math.max(this.#written, typed);
			return;
		}
		const isSilent = text.keysBetween(0, offset) === 0;
		const accepted = isSilent ? 0 : this.#accept(place, offset, ask);
		this.tally.keys += accepted > 0 ? 1 : text.keysBetween(offset, typed);
		this.tally.acceptedCharacters += text.keysBetween(offset, offset + accepted);
		this.#written = accepted > 0 ? offset + accepted : typed;
	}

	/** To be told of each change of the document. */
	edited(document: string, change: TextChange): void {
		this.#recent.edited(document, [change]);
	}

	/** UTF-16 units accepted; 0 if there is nothing right. */
	#accept(place: Place, offset: number, ask: () => Offer | null): number {
		const text = this.#text as TypedText;
		const seen = this.#see(place, offset, ask);
		if (seen === null) return 0;
		const whole = seen.text.length;
		const isRight = (length: number) => text.text.startsWith(seen.text.slice(0, length), offset);
		const takesWhole = this.#policy === "whole" || (this.#policy === "either" && isRight(whole));
		const length = takesWhole ? whole : nextWordLength(seen.text);
		if (!isRight(length) || text.keysBetween(offset, offset + length) < 2) return 0;
		if (this.#accepting !== seen.shown) this.tally.accepted++;
		this.#accepting = seen.shown;
		if (length === whole) this.#recent.remove(seen.shown);
		return length;
	}

	/** What stands in the editor now: the rest of a suggestion, else a new one. */
	#see(place: Place, offset: number, ask: () => Offer | null): { readonly text: string; readonly shown: Shown } | null {
		const known = this.#recent.continueAt(place, "", (line) => (this.#text as TypedText).line(line));
		if (known !== undefined) return known;
		const offer = ask();
		if (offer === null || !isShowable(offer.text, place.before, tabSize)) return null;
		const shown: Shown = { place, texts: [offer.text], at: 0 };
		this.#recent.add(shown);
		this.tally.shown++;
		this.#onShown(offer, (this.#text as TypedText).text.startsWith(offer.text, offset));
		return { text: offer.text, shown };
	}
}

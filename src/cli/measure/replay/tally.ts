/** What a user has typed, been shown and accepted, and the figures that come of it. */
import { glanceSeconds, keySeconds, secondsToTake } from "../../../completion/typingTime.ts";

/** Keys that showing a suggestion counts for in `netKeysPer1000`. */
const attentionCost = 0.5;

/** As metrics are reported; shares are from 0 to 1, null where there was nothing to share. */
export interface Figures {
	/** 1 − keys / characters. */
	readonly keystrokeSavings: number;
	/** Of the suggestions shown. */
	readonly acceptance: number | null;
	/** Suggestions, by thousand characters. */
	readonly shownPer1000: number;
	/** Characters of an accepted suggestion. */
	readonly meanAccepted: number | null;
	/** Keys saved, less half a key for each suggestion shown, by thousand characters. */
	readonly netKeysPer1000: number;
	/** By thousand characters, which take 200 s by hand: keys saved, less glances at suggestions and checks of those accepted. */
	readonly secondsSavedPer1000: number;
	/** Of the characters, those that came from accepting. */
	readonly acceptedShare: number;
	readonly shown: number;
	readonly accepted: number;
}

export class Tally {
	keys = 0;
	characters = 0;
	shown = 0;
	accepted = 0;
	/** Characters that came from accepting. */
	acceptedCharacters = 0;

	get figures(): Figures {
		const { keys, characters, shown, accepted, acceptedCharacters } = this;
		const saved = characters - keys;
		// The key that takes a suggestion is among the keys; checking is linear in the characters.
		const checking =
			accepted * (secondsToTake(0) - keySeconds) + (secondsToTake(acceptedCharacters) - secondsToTake(0));
		const seconds = keySeconds * saved - glanceSeconds * shown - checking;
		return {
			keystrokeSavings: saved / characters,
			acceptance: shown === 0 ? null : accepted / shown,
			shownPer1000: (1000 * shown) / characters,
			meanAccepted: accepted === 0 ? null : acceptedCharacters / accepted,
			netKeysPer1000: (1000 * (saved - attentionCost * shown)) / characters,
			secondsSavedPer1000: (1000 * seconds) / characters,
			acceptedShare: acceptedCharacters / characters,
			shown,
			accepted,
		};
	}
}

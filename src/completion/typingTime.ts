/**
 * What typing and suggestions cost a person, in seconds: a keystroke-level model (Card, Moran and Newell 1980). The display
 * rule maximises the time saved, and replays report it.
 */

/** Any key, Tab included: 60 words a minute. */
export const keySeconds = 0.2;
/** Noticing ghost text that newly appears, whether it is right or wrong. */
export const glanceSeconds = 0.15;
/** Deciding to take a suggestion, beside reading it. */
export const decisionSeconds = 0.35;
/** Reading a suggestion that is taken, a character. */
export const readingSeconds = 0.01;

/** Seconds that checking and taking a suggestion of so many characters takes, without the glance. */
export function secondsToTake(characters: number): number {
	return decisionSeconds + readingSeconds * characters + keySeconds;
}

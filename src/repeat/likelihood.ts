/**
 * How sure a place must be. The numbers were chosen on the last 60 commits of four repositories, and measured as
 * `inkling replay --commits` reports them: nine hints in ten are to be right.
 */
import { contextTokens, type Match, type Pattern } from "./pattern.ts";

/**
 * Words and signs, of at most 8 on each side, that must agree with the only example: 9 of them if the new text stood nowhere
 * before, and nearly the whole line otherwise, as text that is in use is often written for another reason.
 */
const leastAgreementFresh = contextTokens + 1;
const leastAgreement = 2 * contextTokens - 3;
/** Of what all examples have next to them, only this much is asked for: two examples agree in more by chance. */
const mostCommon = 3;

/**
 * Whether the user is shown the place without having asked.
 *
 * @param isFresh the new text stood in no open document when the first example was made
 */
export function isLikely(pattern: Pattern, match: Match, isFresh: boolean): boolean {
	if (match.inAddress) return false;
	if (pattern.examples > 1) return fits(pattern, match) && isSaying(pattern, isFresh);
	const { left, right } = match;
	if (left > 0 && right > 0 && left + right >= (isFresh ? leastAgreementFresh : leastAgreement)) return true;
	if (!pattern.isRename || !isFresh) return false;
	return pattern.isTelling || (pattern.isLongerCall && right > 0);
}

/** Whether the place is one of those that a user who asks for them gets. */
export function isPossible(pattern: Pattern, match: Match): boolean {
	if (match.inAddress) return false;
	if (pattern.examples > 1) return fits(pattern, match);
	return pattern.isRename || match.left + match.right > (pattern.old === "" ? 1 : 0);
}

/** Whether the place has next to it what all examples have. */
function fits({ common }: Pattern, { commonLeft, commonRight }: Match): boolean {
	return commonLeft >= Math.min(common.left, mostCommon) && commonRight >= Math.min(common.right, mostCommon);
}

/** Whether several examples have enough in common to tell other places by. */
function isSaying(pattern: Pattern, isFresh: boolean): boolean {
	const { left, right } = pattern.common;
	// What is only inserted or deleted has nothing but its surroundings.
	if (pattern.old.trim() === "" || pattern.new.trim() === "")
		return left > 0 && right > 0 && left + right >= (pattern.examples > 3 ? 2 : 4);
	return left + right > 0 || pattern.examples > 2 || (isFresh && !pattern.new.includes(pattern.old));
}

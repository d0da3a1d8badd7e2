/** Ideal users who see the same suggestions, and what becomes of them by class of place. */
import { IdealUser, type KeyPress, type Policy, policies } from "../replay/idealUser.ts";
import { Reliability } from "../replay/reliability.ts";
import type { Offer } from "../replay/suggester.ts";
import { Tally } from "../replay/tally.ts";
import type { PlaceClass } from "./places.ts";

/** What came of one way of suggesting. */
export interface EditOutcome extends Readonly<Record<Policy, Tally>> {
	/** Of whole suggestions. */
	readonly classes: ReadonlyMap<PlaceClass, Tally>;
	readonly reliability: Reliability;
	/** Edits after which something new was shown. */
	readonly shownAfterEnd: number;
}

export class Audience {
	readonly tallies: Readonly<Record<Policy, Tally>> = { whole: new Tally(), word: new Tally(), either: new Tally() };
	readonly classes = new Map<PlaceClass, Tally>();
	readonly reliability = new Reliability();
	readonly users: Readonly<Record<Policy, IdealUser>>;
	shownAfterEnd = 0;

	constructor(onShown: (offer: Offer, isRight: boolean) => void) {
		this.users = {
			whole: new IdealUser("whole", (offer, isRight) => {
				if (offer.probability !== null) this.reliability.add(offer.probability, isRight);
				onShown(offer, isRight);
			}),
			word: new IdealUser("word"),
			either: new IdealUser("either"),
		};
	}

	press(key: KeyPress, classes: readonly PlaceClass[], suggest: () => Offer | null): void {
		let offer: Offer | null | undefined;
		const ask = (): Offer | null => {
			if (offer === undefined) offer = suggest();
			return offer;
		};
		const { whole, word, either } = this.tallies;
		this.users.whole.press(key, [whole, ...classes.map((name) => this.#class(name))], ask);
		this.users.word.press(key, [word], ask);
		this.users.either.press(key, [either], ask);
	}

	/** Tells each of the users. */
	tell(what: (user: IdealUser) => void): void {
		for (const policy of policies) what(this.users[policy]);
	}

	get outcome(): EditOutcome {
		const { classes, reliability, shownAfterEnd } = this;
		return { ...this.tallies, classes, reliability, shownAfterEnd };
	}

	#class(name: PlaceClass): Tally {
		const tally = this.classes.get(name) ?? new Tally();
		this.classes.set(name, tally);
		return tally;
	}
}

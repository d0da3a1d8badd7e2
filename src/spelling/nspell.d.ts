/** As much of nspell as is used; it comes without types. */
declare module "nspell" {
	interface Spell {
		/** Whether a word is spelt right; of a word in capitals, also whether it is so in lower case. */
		correct(word: string): boolean;
		/** Words that may have been meant. */
		suggest(word: string): string[];
		/** Adds the entries of a file in Hunspell's format, of which the first line is not read. */
		dictionary(entries: string): this;
	}
	/** From an affix file in Hunspell's format. */
	function nspell(affixes: string): Spell;
	export = nspell;
}

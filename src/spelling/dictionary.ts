/** Which words are spelt right, whatever stands around them. */

export interface Dictionary {
	/** Whether it has a word, which consists of letters, apostrophes and capitals as they stand in the text. */
	knows(word: string): boolean;
}

/** The text around the cursor, as far as it decides what may be suggested; lines without their ends. */
export interface Surroundings {
	/** The cursor's line left of it. */
	readonly before: string;
	/** The cursor's line right of it. */
	readonly after: string;
	/** The nearest line above and below that is not blank, or "". */
	readonly previousLine: string;
	readonly nextLine: string;
}

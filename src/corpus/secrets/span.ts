/** Half-open range of UTF-16 indices. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

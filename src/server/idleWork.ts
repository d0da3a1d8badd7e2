/** Work for the time in which no request waits. */
export interface IdleWork {
	/**
	 * Works until time is over or nothing is left to do, and returns whether it has worked. When there is new work while the
	 * session rests, the session must be woken.
	 *
	 * @param isOver asked after each step of a millisecond or two
	 */
	work(isOver: () => boolean): boolean;
}

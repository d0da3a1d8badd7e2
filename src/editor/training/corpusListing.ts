/** Asks which files a training would use. A trainer process is started for this question only. */

import type { CorpusFolder, CorpusReport, CorpusRules } from "../../domain/corpus.ts";
import { Failure } from "../../platform/failure.ts";
import type { TrainerMessage, TrainerRequest } from "../../protocol/trainer.ts";
import type { Child, Launch } from "../processes/childProcess.ts";
import type { Clock } from "../processes/clock.ts";

/** Looking through a workspace takes seconds; a file system may hang for ever. */
const LIST_MILLISECONDS = 120_000;

/** @throws {Failure} */
export function listCorpus(
	launch: Launch<TrainerRequest, TrainerMessage>,
	clock: Clock,
	folders: readonly CorpusFolder[],
	rules: CorpusRules,
): Promise<CorpusReport> {
	return new Promise((resolve, reject) => {
		let child: Child<TrainerRequest> | undefined;
		const settle = (action: () => void): void => {
			cancelTimer();
			action();
			child?.kill();
		};
		const fail = (reason: string): void => settle(() => reject(new Failure("internal", reason)));
		const cancelTimer = clock.after(LIST_MILLISECONDS, () => fail("looking through the workspace took too long"));
		try {
			child = launch({
				message: (message) => {
					if (message.type === "corpus") settle(() => resolve(message.report));
					if (message.type === "failed")
						settle(() => reject(new Failure(message.failure.code, message.failure.detail)));
				},
				exit: (reason) => fail(`the training process ended: ${reason}`),
			});
			child.send({ type: "list", folders, rules });
		} catch (error) {
			fail(error instanceof Error ? error.message : String(error));
		}
	});
}

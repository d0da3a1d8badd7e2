/** Takes the model at its word. */
import { LogisticCalibration } from "../../../src/completion/calibration.ts";

export const uncalibrated = new LogisticCalibration(0, 1);
